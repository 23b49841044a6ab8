// The platform as all engines see it: takes replies to comments at once and keeps a ledger of them, out of reach of whatever
// happens to the engine. What Heddle asks besides (connecting the account) goes on to the sandbox of Instagram.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { answerQuestions, sharedNowMs } from './ask.ts';
import { isPeerEventId } from './peer-event.ts';
import { createReplyServer } from './reply-server.ts';

/** An effect: the comment, when it came, and with what text. */
interface Effect {
  readonly eventId: string;
  readonly atMs: number;
  readonly text: string;
  readonly at: Date;
}

let effects: Effect[] = [];
let passOnTo = '';
let accountId = '';

const others = createServer({ keepAliveTimeout: 60_000 }, (call, answer) => {
  const [, , id = '', what] = (call.url ?? '').split('?', 1)[0]?.split('/') ?? [];
  if (!isPeerEventId(id)) return passOn(call, answer);
  if (call.method === 'POST' && what === 'replies') return take(id, call, answer);
  // What a reconciler reads: the comment itself, and what was answered to it.
  const data = effects.filter((effect) => effect.eventId === id).map((effect, index) => reply(effect, index));
  return sendJson(answer, what === 'replies' ? { data } : { id });
});

const server = createReplyServer(others, note);

/** @returns The id of the reply. */
function note(eventId: string, text: string): string {
  effects.push({ eventId, atMs: sharedNowMs(), text, at: new Date() });
  return `${eventId}${effects.length}`;
}

function take(eventId: string, call: IncomingMessage, answer: ServerResponse): void {
  const chunks: Buffer[] = [];
  call.on('data', (chunk: Buffer) => chunks.push(chunk));
  call.once('end', () => sendJson(answer, { id: note(eventId, Buffer.concat(chunks).toString()) }));
}

function reply(effect: Effect, index: number): object {
  // The body of a reply, which the Graph API takes as JSON.
  const { message } = JSON.parse(effect.text) as { message: string };
  const timestamp = effect.at.toISOString().replace(/\.\d+Z$/, '+0000');
  return { id: `${effect.eventId}${index}`, text: message, timestamp, from: { id: accountId } };
}

function sendJson(answer: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  answer.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

function passOn(call: IncomingMessage, answer: ServerResponse): void {
  if (passOnTo === '') return void answer.writeHead(404).end();
  const onward = request(`${passOnTo}${call.url}`, { method: call.method, headers: call.headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => answer.writeHead(502).end());
  call.pipe(onward);
}

answerQuestions({
  listen: async (details: { passOnTo: string; accountId: string }) => {
    ({ passOnTo, accountId } = details);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port');
    return `http://127.0.0.1:${address.port}`;
  },
  count: () => effects.length,
  take: () => {
    const taken = effects.map(({ eventId, atMs }) => ({ eventId, atMs }));
    effects = [];
    return taken;
  },
});
