import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeContact, runNode } from '@heddle/engine/test-kit';
import type { JsonObject, JsonValue } from '@heddle/schemas';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAiService } from './openai-client.ts';
import { aiReply } from './reply/definition.ts';
import { aiReplyHandler } from './reply/handler.ts';

const request = { system: 'Be kind.', messages: [{ role: 'user' as const, text: 'Hi' }], maxOutputTokens: 50 };
const completion = (message: JsonObject, finishReason = 'stop'): JsonObject => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm-1',
  choices: [{ index: 0, message: { role: 'assistant', refusal: null, ...message }, finish_reason: finishReason }],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
});

let server: Server | undefined;
afterEach(() => server?.close());

/** A provider that gives these answers in turn. */
async function provider(
  ...answers: { status?: number; body: JsonValue }[]
): Promise<{ baseUrl: string; bodies: JsonObject[] }> {
  const bodies: JsonObject[] = [];
  const started = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (chunk) => (text += String(chunk)));
    incoming.on('end', () => {
      bodies.push(JSON.parse(text) as JsonObject); // the client sends JSON objects
      const { status = 200, body } = answers.shift() ?? { status: 500, body: {} };
      // Keeps the waits between the client's own retries short.
      outgoing
        .writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' })
        .end(JSON.stringify(body));
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo; // a TCP server that listens has such an address
  return { baseUrl: `http://127.0.0.1:${port}/v1`, bodies };
}
const service = (baseUrl: string) => createOpenAiService({ baseUrl, apiKey: 'k', model: 'm-1' });

describe('createOpenAiService', () => {
  it('asks and gives the answer with its cost', async () => {
    const { baseUrl, bodies } = await provider({ body: completion({ content: ' Hello! ' }) });
    await expect(service(baseUrl).answer(request)).resolves.toEqual({
      text: 'Hello!',
      model: 'm-1',
      inputTokens: 8,
      outputTokens: 2,
    });
    expect(bodies[0]).toEqual({
      model: 'm-1',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
      ],
      max_completion_tokens: 50,
      store: false,
      stream: false,
    });
  });

  it('tries twice more on a fault', async () => {
    const { baseUrl, bodies } = await provider(
      { status: 500, body: {} },
      { status: 429, body: { error: { code: 'rate_limit_exceeded' } } },
      { body: completion({ content: 'ok' }) },
    );
    await expect(service(baseUrl).answer(request)).resolves.toMatchObject({ text: 'ok' });
    expect(bodies).toHaveLength(3);
  });

  it.each<[string, { status?: number; body: JsonValue }, string]>([
    ['a refusal', { body: completion({ content: null, refusal: 'I cannot' }) }, 'AI_FAILED'],
    ['a cut answer', { body: completion({ content: 'It is' }, 'length') }, 'AI_FAILED'],
    ['a filtered answer', { body: completion({ content: '' }, 'content_filter') }, 'AI_FAILED'],
    ['an empty answer', { body: completion({ content: '  ' }) }, 'AI_FAILED'],
    ['no choice', { body: { id: 'x', object: 'chat.completion', choices: [] } }, 'AI_FAILED'],
    ['something else', { body: {} }, 'AI_FAILED'],
    ['a wrong key', { status: 401, body: { error: { code: 'invalid_api_key', message: 'no' } } }, 'AI_NOT_CONFIGURED'],
    ['an unknown model', { status: 404, body: { error: { code: 'model_not_found', message: 'no' } } }, 'AI_FAILED'],
  ])('turns %s into a typed error', async (_name, answer, code) => {
    const { baseUrl } = await provider(answer);
    await expect(service(baseUrl).answer(request)).rejects.toMatchObject({ code });
  });

  it('is not configured without a key, and fails when nothing listens', async () => {
    await expect(
      createOpenAiService({ baseUrl: 'http://127.0.0.1:9/v1', apiKey: '', model: 'm' }).answer(request),
    ).rejects.toMatchObject({ code: 'AI_NOT_CONFIGURED' });
    await expect(
      createOpenAiService({ baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k', model: 'm', maxRetries: 0 }).answer(request),
    ).rejects.toMatchObject({ code: 'AI_FAILED' });
  });
});

describe('ai/reply', () => {
  const config: JsonObject = { ...aiReply.defaults, persona: 'You are Asha.', message: 'How much?', saveTo: 'answer' };
  const contact = makeContact('instagram', {});

  it('answers within the sentence limit and keeps the text', async () => {
    const { result, world } = await runNode(aiReplyHandler, {
      config,
      contact,
      fakes: { aiAnswers: ['One. Two. Three.'] },
    });
    expect(result).toMatchObject({
      port: 'answered',
      output: { text: 'One. Two.', model: 'in-memory' },
      assign: { answer: 'One. Two.' },
    });
    expect(world.aiRequests[0]).toMatchObject({ maxOutputTokens: 300 });
  });

  it('answers the newest text: its own setting, the answer before it, or what started the run', async () => {
    const asked = async (message: string, input: JsonObject, trigger: JsonObject) => {
      const options = { config: { ...config, message }, input, trigger, contact, fakes: { aiAnswers: ['Ok.'] } };
      const { world } = await runNode(aiReplyHandler, options);
      return world.aiRequests[0]?.messages.at(-1)?.text.split('\n')[1];
    };
    expect(await asked('set', { text: 'input' }, { text: 'trigger' })).toBe('set');
    expect(await asked('', { text: 'input' }, { text: 'trigger' })).toBe('input');
    expect(await asked('', {}, { text: 'trigger' })).toBe('trigger');
    expect(await asked('', {}, {})).toBeUndefined();
  });

  it.each<[string, string[] | undefined]>([
    ['no provider', undefined],
    ['a failure', []],
    ['an empty answer', [' ']],
  ])('takes its fallback with %s', async (_name, aiAnswers) => {
    const { result } = await runNode(aiReplyHandler, {
      config,
      contact,
      fakes: aiAnswers === undefined ? {} : { aiAnswers },
    });
    expect(result).toMatchObject({
      port: 'fallback',
      output: { text: config['fallbackText'] },
      assign: { answer: config['fallbackText'] },
    });
  });
});
