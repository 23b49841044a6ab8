import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../log/index.ts';
import { createErrorReporter, inSpan, noteOnSpan, startTracing } from './index.ts';

let server: Server;
let url: string;
const received: { path: string; body: string }[] = [];
beforeEach(async () => {
  received.length = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on TCP, so it is an address.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

interface Span {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceId: string;
  readonly attributes: readonly { key: string; value: object }[];
  readonly status: { code?: number; message?: string };
}
const spans = (): Span[] =>
  received.flatMap(({ body }) =>
    // As the OTLP specification has it.
    (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap((resource) =>
      resource.scopeSpans.flatMap((scope) => scope.spans),
    ),
  );

it('hands traces to the collector, spans in spans, without secrets', async () => {
  const tracing = await startTracing({ endpoint: `${url}/`, serviceName: 'heddle-test', sampleRatio: 1 });
  const failing = inSpan('turn', { 'heddle.run': 'r1' }, async () => {
    noteOnSpan({ 'heddle.port': 'out' });
    await inSpan('send', {}, () => Promise.reject(new Error('GET /me?access_token=canary failed')));
  });
  await expect(failing).rejects.toThrow('canary');
  await tracing.stop();
  expect(received.map(({ path }) => path)).toEqual(['/v1/traces']);
  const [send, turn] = spans();
  expect([send?.name, turn?.name]).toEqual(['send', 'turn']);
  expect(send).toMatchObject({ parentSpanId: turn?.spanId, traceId: turn?.traceId, status: { code: 2 } });
  expect(turn?.attributes.map(({ key }) => key)).toEqual(['heddle.run', 'heddle.port']);
  expect(received[0]?.body).toContain('heddle-test');
  expect(received[0]?.body).not.toContain('canary');
});

it('does the work all the same while nobody collects, and when the collector is away', async () => {
  expect(await inSpan('turn', {}, () => Promise.resolve(7))).toBe(7);
  const tracing = await startTracing({ endpoint: 'http://127.0.0.1:1', serviceName: 'heddle-test', sampleRatio: 1 });
  expect(await inSpan('turn', {}, () => Promise.resolve(8))).toBe(8);
  await tracing.stop();
  expect(received).toEqual([]);
});

it('tells the operator of a fault once a minute, with how often it came, and of nothing less', async () => {
  let now = 0;
  const reporter = createErrorReporter(url, () => now);
  const log = createLog({ level: 'info', destination: { write: () => undefined }, onError: reporter.write });
  const fault = { error: new Error('cannot reach postgres://app:canary@db:5432/heddle'), workspaceId: 'w1' };
  log.warn(fault, 'Not yet a fault');
  log.error(fault, 'A turn failed');
  log.error(fault, 'A turn failed');
  log.error({ error: new Error('other') }, 'A turn failed');
  await reporter.stop();
  now = 60_000;
  log.error(fault, 'A turn failed');
  await reporter.stop();
  const told = received.map(({ body }): unknown => JSON.parse(body));
  expect(told).toHaveLength(3);
  expect(told).toContainEqual(expect.objectContaining({ msg: 'A turn failed', workspaceId: 'w1', repeated: 0 }));
  expect(told[2]).toMatchObject({ level: 'error', repeated: 1 });
  expect(received.map(({ body }) => body).join('')).not.toContain('canary');
});
