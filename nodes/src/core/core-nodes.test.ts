import { createHandlerRegistry } from '@heddle/engine';
import { makeContact, runFlow, runNode, TEST_NOW_MS } from '@heddle/engine/test-kit';
import type { JsonObject } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { abSplitHandler, pickByWeight } from './ab-split/handler.ts';
import { conditionHandler } from './condition/handler.ts';
import { delayHandler } from './delay/handler.ts';
import { httpRequestHandler } from './http-request/handler.ts';
import { notifyMembersHandler } from './notify-members/handler.ts';
import { scheduleHandler } from './schedule/handler.ts';
import { setFieldsHandler } from './set-fields/handler.ts';
import { coreHandlers } from './handlers.ts';
import { switchHandler } from './switch/handler.ts';
import { webhookHandler } from './webhook/handler.ts';

const contact = makeContact('instagram', { fields: { city: 'Nairobi' }, timeZone: 'Africa/Nairobi' });
const rule = (value: string): JsonObject => ({
  match: 'all',
  rules: [{ field: 'contact.fields.city', operator: 'equals', value }],
});

describe('branches', () => {
  it('goes yes or no, and says why', async () => {
    expect((await runNode(conditionHandler, { config: { condition: rule('nairobi') }, contact })).result).toMatchObject(
      { port: 'yes', output: { result: true } },
    );
    expect((await runNode(conditionHandler, { config: { condition: rule('Kampala') }, contact })).result).toMatchObject(
      { port: 'no', output: { explanation: expect.stringContaining('Nairobi') } },
    );
  });

  it('takes the first case that fits, else "otherwise"', async () => {
    const cases = [
      { id: 'a', label: 'A', condition: rule('Kampala') },
      { id: 'b', label: 'B', condition: rule('Nairobi') },
      { id: 'c', label: 'C', condition: rule('Nairobi') },
    ];
    expect((await runNode(switchHandler, { config: { cases }, contact })).result).toMatchObject({
      port: 'b',
      output: { case: 'b', label: 'B' },
    });
    expect((await runNode(switchHandler, { config: { cases: cases.slice(0, 1) }, contact })).result).toMatchObject({
      port: 'otherwise',
    });
  });
});

describe('core/ab-split', () => {
  const variants = [
    { id: 'a', label: 'A', weight: 3 },
    { id: 'b', label: 'B', weight: 1 },
    { id: 'never', label: 'Never', weight: 0 },
  ];

  it('gives a person the same variant every time', async () => {
    const port = async (visit: number) =>
      (await runNode(abSplitHandler, { config: { variants }, contact, visit, seed: visit })).result;
    expect(await port(1)).toEqual(await port(7));
  });

  it('shares by weight', async () => {
    const counts: Record<string, number> = {};
    for (let person = 0; person < 2000; person += 1) {
      const { result } = await runNode(abSplitHandler, {
        config: { variants },
        contact: { ...contact, id: `person-${person}` },
      });
      const port = result?.kind === 'done' ? result.port : '';
      counts[port] = (counts[port] ?? 0) + 1;
    }
    // 1500 expected; five standard deviations are 97.
    expect(counts['a']).toBeGreaterThan(1400);
    expect(counts['a']).toBeLessThan(1600);
    expect(counts['never']).toBeUndefined();
  });

  it('holds at both ends of the line', () => {
    expect(pickByWeight(variants, 0).id).toBe('a');
    expect(pickByWeight(variants, 0.75).id).toBe('b');
    expect(pickByWeight(variants, 1).id).toBe('b');
    expect(() => pickByWeight([{ weight: 0 }], 0.5)).toThrow(expect.objectContaining({ code: 'NODE_CONFIG_INVALID' }));
  });
});

describe('core/delay', () => {
  it('waits for a time, then goes on', async () => {
    const config: JsonObject = { mode: 'for', duration: { amount: 1.5, unit: 'hours' } };
    expect((await runNode(delayHandler, { config })).result).toEqual({
      kind: 'suspended',
      wait: { kind: 'time', dueAtMs: TEST_NOW_MS + 5_400_000 },
      memo: TEST_NOW_MS,
    });
    const after = await runNode(delayHandler, {
      config,
      resumed: { kind: 'elapsed' },
      memo: TEST_NOW_MS,
      nowMs: TEST_NOW_MS + 5_400_000,
    });
    expect(after.result).toEqual({ kind: 'done', port: 'done', output: { waitedMs: 5_400_000 } });
  });

  it("waits until a time of day in the person's zone, or in the set one", async () => {
    // Monday 09:00 UTC is noon in Nairobi.
    const config: JsonObject = { mode: 'until', time: '11:00', weekdays: [], timeZone: 'UTC', useContactZone: true };
    const due = async (options: { config: JsonObject; contact?: typeof contact }) => {
      const { result } = await runNode(delayHandler, options);
      return result?.kind === 'suspended' && result.wait.kind === 'time'
        ? new Date(result.wait.dueAtMs).toISOString()
        : null;
    };
    expect(await due({ config, contact })).toBe('2026-01-06T08:00:00.000Z');
    expect(await due({ config: { ...config, useContactZone: false }, contact })).toBe('2026-01-05T11:00:00.000Z');
    expect(await due({ config, contact: { ...contact, timeZone: 'Nowhere/At_All' } })).toBe('2026-01-05T11:00:00.000Z');
    expect(await due({ config: { ...config, weekdays: ['wednesday'] }, contact })).toBe('2026-01-07T08:00:00.000Z');
  });
});

describe('core/http-request', () => {
  const config: JsonObject = {
    method: 'GET',
    url: 'https://api.example.com/a',
    headers: [{ name: 'X-Key', value: 'k' }],
    timeoutSeconds: 5,
  };

  it('reads with GET and does not record it as a send', async () => {
    const { result, world } = await runNode(httpRequestHandler, {
      config,
      fakes: {
        http: async (request) => ({
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ headers: request.headers, timeoutMs: request.timeoutMs }),
        }),
      },
    });
    expect(result).toMatchObject({
      port: 'ok',
      output: { status: 200, json: { headers: { 'x-key': 'k' }, timeoutMs: 5000 } },
    });
    expect(world.sent).toEqual([]);
  });

  it('leaves by "failed" from status 400 on', async () => {
    const { result } = await runNode(httpRequestHandler, {
      config,
      fakes: { http: async () => ({ status: 404, headers: {}, body: 'none' }) },
    });
    expect(result).toMatchObject({ port: 'failed', output: { status: 404, json: null, body: 'none' } });
  });

  it('sends everything else once, and reads the answer from the receipt', async () => {
    const post: JsonObject = { ...config, method: 'POST', bodyKind: 'json', body: '{"a":1}' };
    const { result, world } = await runNode(httpRequestHandler, {
      config: post,
      fakes: { onSend: () => ({ platformId: null, data: { status: 201, headers: { a: 'b' }, body: '{"id":7}' } }) },
    });
    expect(result).toMatchObject({ port: 'ok', output: { status: 201, json: { id: 7 } } });
    expect(world.sent[0]?.action).toEqual({
      kind: 'http',
      method: 'POST',
      url: 'https://api.example.com/a',
      headers: { 'x-key': 'k', 'content-type': 'application/json' },
      body: '{"a":1}',
    });
  });

  it('refuses a body that is no JSON after filling in', async () => {
    const { error } = await runNode(httpRequestHandler, {
      config: { ...config, method: 'POST', bodyKind: 'json', body: '{"a":' },
    });
    expect(error?.code).toBe('NODE_CONFIG_INVALID');
  });
});

it('ends the run at "Stop", on every path', async () => {
  const document = {
    formatVersion: 1,
    name: 'Stop',
    nodes: {
      start: { type: 'core/manual', v: 1, config: {} },
      wait: { type: 'core/delay', v: 1, config: { mode: 'for', duration: { amount: 1, unit: 'days' } } },
      never: { type: 'core/notify-members', v: 1, config: { text: 'never' } },
      stop: { type: 'core/stop', v: 1, config: { note: 'enough' } },
    },
    edges: [
      { from: 'start.matched', to: 'wait' },
      { from: 'wait.done', to: 'never' },
      { from: 'start.matched', to: 'stop' },
    ],
  };
  const report = await runFlow(document, createHandlerRegistry(coreHandlers), { events: [{ kind: 'core/manual' }] });
  expect(report).toMatchObject({ status: 'succeeded', notes: [], endedAtMs: TEST_NOW_MS });
});

describe('small ones', () => {
  it('sets variables of any type', async () => {
    const { result } = await runNode(setFieldsHandler, {
      config: {
        values: [
          { name: 'a', value: 1 },
          { name: 'b', value: ['x'] },
        ],
      },
    });
    expect(result).toMatchObject({ port: 'done', assign: { a: 1, b: ['x'] } });
  });

  it('puts a note before the members', async () => {
    const { world } = await runNode(notifyMembersHandler, { config: { text: 'New lead' } });
    expect(world.notes).toEqual(['New lead']);
  });

  const event = (kind: string, data: JsonObject) => ({
    config: {},
    event: { kind, key: 'k', occurredAtMs: 0, data },
    contact: null,
    nowMs: 0,
  });

  it('starts by the clock only at its own times', () => {
    const config: JsonObject = { repeat: 'daily', time: '09:00', timeZone: 'UTC' };
    expect(
      scheduleHandler.match?.({ ...event('core/schedule', { tickAt: TEST_NOW_MS }), config: { ...config } }),
    ).toMatchObject({ output: { tickAt: '2026-01-05T09:00:00.000Z' } });
    expect(
      scheduleHandler.match?.({ ...event('core/schedule', { tickAt: '2026-01-05T09:00:00Z' }), config: { ...config } }),
    ).toHaveProperty('output');
    expect(
      scheduleHandler.match?.({ ...event('core/schedule', { tickAt: TEST_NOW_MS + 60_000 }), config: { ...config } }),
    ).toHaveProperty('reason');
  });

  it('starts for a call that has the fields it needs', () => {
    const config: JsonObject = { requiredFields: ['order.id'] };
    expect(
      webhookHandler.match?.({
        ...event('core/webhook', { body: { order: { id: 7 } }, query: {}, headers: {} }),
        config: { ...config },
      }),
    ).toMatchObject({ output: { body: { order: { id: 7 } } } });
    expect(
      webhookHandler.match?.({
        ...event('core/webhook', { body: 'text', query: {}, headers: {} }),
        config: { ...config },
      }),
    ).toEqual({ reason: 'The call has no "order.id".' });
  });
});
