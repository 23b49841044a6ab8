import { once } from 'node:events';
import { createServer } from 'node:http';
import { pause } from './deliver.ts';

/** A model behind OpenAI's chat completions: it counts what it is asked, which is what one would pay for. */
export interface ModelDouble {
  readonly baseUrl: string;
  /** Calls by the name of the product in the caption. */
  readonly calls: ReadonlyMap<string, number>;
  stop(): void;
}

/** Captions are `Basket N KES P`. @param answerMs What an answer takes. */
export async function startModelDouble(answerMs: { readonly min: number; readonly max: number }): Promise<ModelDouble> {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer); // without an encoding, chunks are buffers
      const asked = /(Basket \d+) KES (\d+)/.exec(Buffer.concat(chunks).toString());
      const name = asked?.[1] ?? 'something else';
      calls.set(name, (calls.get(name) ?? 0) + 1);
      await pause(answerMs.min + Math.random() * (answerMs.max - answerMs.min));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(completion(name, Number(asked?.[2]))));
    })().catch(() => response.destroy()); // who asked has died
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    calls,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function completion(name: string, price: number): object {
  const answer = {
    isProduct: true,
    name,
    description: '',
    price,
    wasPrice: null,
    currency: 'KES',
    category: 'Home',
    tags: [],
    variants: [],
    confidence: 0.9,
  };
  return {
    id: 'double',
    object: 'chat.completion',
    model: 'double',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(answer) } }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}
