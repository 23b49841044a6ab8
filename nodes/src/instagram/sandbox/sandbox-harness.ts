/** For the tests of this folder: a running sandbox with a virtual clock, a receiver of webhooks, and short ways to call both. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createInstagramSandbox } from './create-instagram-sandbox.ts';
import type { InstagramSandbox } from './create-instagram-sandbox.ts';
import type {
  ActResult,
  BulkResult,
  LedgerEntry,
  PersonaAct,
  SandboxSettingsPatch,
  ThreadView,
} from './customer-api.ts';
import { isObject } from './json.ts';
import type { JsonObject } from './json.ts';
import type { InstagramSandboxOptions } from './options.ts';
import type { Scope } from './scopes.ts';
import { SEED_ACCOUNT_ID } from './seed.ts';

export const ACCOUNT = SEED_ACCOUNT_ID;
/** IGSID of the seeded personas for the seeded account. */
export const IGSID = {
  wanjiru: '5260010000000001',
  juma: '5260010000000002',
  nakato: '5260010000000003',
  lena: '5260010000000004',
  amina: '5260010000000005',
} as const;
const START_MS = Date.UTC(2026, 10, 20, 9, 0, 0);
export const ALL_FIELDS =
  'comments,live_comments,messages,message_edit,message_echoes,message_reactions,messaging_postbacks,messaging_referral,messaging_seen,messaging_handover,standby';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
  /** `code/subcode` of a Graph error, `code` without subcode, or `null`. */
  readonly error: string | null;
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly body: JsonObject;
}

/** An app's webhook endpoint. `answerWith` decides per POST; by default 200. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  answerWith: (index: number) => number | 'never';
  close(): Promise<void>;
}

export interface Harness {
  readonly sandbox: InstagramSandbox;
  readonly base: string;
  readonly receiver: Receiver;
  readonly clock: { nowMs: number };
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A Graph call with the harness's token. */
  graph(method: string, path: string, body?: unknown): Promise<Answer>;
  send(igsid: string, message: unknown, rest?: JsonObject): Promise<Answer>;
  privateReply(commentId: string, text?: string): Promise<Answer>;
  act(personaId: string, act: PersonaAct): Promise<ActResult>;
  comment(personaId: string, mediaId: string, text: string): Promise<string>;
  thread(personaId: string): Promise<ThreadView>;
  ledger(): Promise<readonly LedgerEntry[]>;
  set(patch: SandboxSettingsPatch): Promise<void>;
  token(scopes?: readonly Scope[]): Promise<string>;
  /** Events received so far, one per entry and item, after everything under way has been delivered. */
  events(): Promise<JsonObject[]>;
  close(): Promise<void>;
}

export async function startHarness(options: InstagramSandboxOptions & { fields?: string } = {}): Promise<Harness> {
  const clock = { nowMs: START_MS };
  const sandbox = createInstagramSandbox({ clock: () => clock.nowMs, retryScale: 0, ...options });
  const base = await sandbox.listen(0);
  const receiver = await startReceiver();
  await sandbox.configureWebhook(receiver.url, 'harness-token');
  const tokenText = (await sandbox.issueToken(ACCOUNT)).accessToken;
  const call: Harness['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(path.startsWith('http') ? path : `${base}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const parsed: unknown = await response.json().catch(() => ({}));
    const content = isObject(parsed) ? parsed : {};
    return { status: response.status, headers: response.headers, body: content, error: toErrorText(content) };
  };
  const graph: Harness['graph'] = (method, path, body) =>
    call(method, path, body, { authorization: `Bearer ${tokenText}` });
  await graph('POST', `/v25.0/me/subscribed_apps?subscribed_fields=${options.fields ?? ALL_FIELDS}`);
  // the casts below name what the route is documented to answer
  const act: Harness['act'] = async (personaId, what) =>
    (await call('POST', '/_sandbox/act', { accountId: ACCOUNT, personaId, act: what })).body;
  return {
    sandbox,
    base,
    receiver,
    clock,
    call,
    graph,
    act,
    send: (igsid, message, rest = {}) =>
      graph('POST', '/v25.0/me/messages', { recipient: { id: igsid }, message, ...rest }),
    privateReply: (commentId, text = 'Here it is') =>
      graph('POST', '/v25.0/me/messages', { recipient: { comment_id: commentId }, message: { text } }),
    comment: async (personaId, mediaId, text) =>
      (await act(personaId, { kind: 'comment', mediaId, text })).commentId ?? '',
    thread: async (personaId) =>
      (await call('GET', `/_sandbox/accounts/${ACCOUNT}/threads/${personaId}`)).body as unknown as ThreadView,
    ledger: async () => (await call('GET', '/_sandbox/ledger')).body['entries'] as readonly LedgerEntry[],
    set: async (patch) => void (await sandbox.changeSettings(patch)),
    token: async (scopes) => (await sandbox.issueToken(ACCOUNT, scopes)).accessToken,
    events: async () => {
      await sandbox.settle();
      return receiver.received.flatMap((each) => toEvents(each.body));
    },
    close: async () => {
      await sandbox.stop();
      await receiver.close();
    },
  };
}

export async function bulkComments(harness: Harness, mediaId: string, count: number): Promise<BulkResult> {
  // the cast names what the route is documented to answer
  return (
    await harness.call('POST', '/_sandbox/bulk-comments', { accountId: ACCOUNT, mediaId, count, texts: ['price {n}'] })
  ).body as unknown as BulkResult;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const challenge = new URL(req.url ?? '/', 'http://receiver.invalid').searchParams.get('hub.challenge');
      if (req.method === 'GET') return res.end(challenge);
      const bytes = Buffer.concat(chunks);
      const answer = receiver.answerWith(received.length);
      received.push({ headers: req.headers, bytes, body: JSON.parse(bytes.toString('utf8')) as JsonObject }); // a test receiver trusts its sandbox
      if (answer === 'never') return undefined;
      res.statusCode = answer;
      return res.end();
    });
  });
  const port = await listenAnywhere(server);
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answerWith: () => 200,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return receiver;
}

export async function listenAnywhere(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function toErrorText(body: JsonObject): string | null {
  const error = body['error'];
  if (!isObject(error) || error['code'] === undefined) return null;
  return error['error_subcode'] === undefined
    ? String(error['code'])
    : `${String(error['code'])}/${String(error['error_subcode'])}`;
}

function toEvents(body: JsonObject): JsonObject[] {
  const entries = body['entry'] as JsonObject[]; // written by the sandbox
  return entries.flatMap((entry) => {
    const items = entry['messaging'] ?? entry['standby'] ?? entry['changes'];
    return Array.isArray(items) ? (items as JsonObject[]) : [entry];
  });
}
