/** Routes of `/_sandbox/...`; the list with types is in `customer-api.ts`. */
import { parseAct } from './act-parse.ts';
import { addBulkComments, addBulkMessages } from './bulk.ts';
import {
  addAccount,
  addPersona,
  addPost,
  advanceClock,
  issueToken,
  readClock,
  setWebhook,
  switchAccount,
  switchPersona,
  writeAsBusiness,
} from './control-changes.ts';
import { ControlError, found, needText } from './control-error.ts';
import { listPersonas, listPosts, toAccountView, toAppView, toPostView, toSandboxInfo } from './control-views.ts';
import type { SandboxCore } from './core.ts';
import { actAsPersona } from './customer-acts.ts';
import { FAULT_PRESETS } from './customer-api.ts';
import { deauthorize, requestDeletion } from './deauthorize.ts';
import { findNumber, findText } from './json.ts';
import type { JsonObject } from './json.ts';
import { readLedger } from './ledger.ts';
import type { AccountRow, PersonaRow } from './model.ts';
import { toIgsid } from './people.ts';
import { DEFAULT_SETTINGS, parseSettingsPatch } from './settings.ts';
import { changeSettings, replaceSettings } from './settings-change.ts';
import { toThreadSummary, toThreadView } from './thread-view.ts';
import { handOver, toThreadKey } from './threads.ts';

export interface ControlCall {
  readonly core: SandboxCore;
  /** Values of the `:name` parts of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** The machine's clock, without the sandbox's offset. */
  readonly baseMs: () => number;
  readonly reset: () => Promise<void>;
}

type Route = readonly [method: string, pattern: string, answer: (call: ControlCall) => unknown];

export const CONTROL_ROUTES: readonly Route[] = [
  ['GET', '/', ({ core }) => toSandboxInfo(core)],
  [
    'GET',
    '/accounts',
    ({ core }) => ({ accounts: core.state.accounts.all().map((account) => toAccountView(core, account)) }),
  ],
  ['POST', '/accounts', ({ core, body }) => addAccount(core, body)],
  ['PATCH', '/accounts/:account', (call) => switchAccount(call.core, getAccount(call), call.body)],
  ['POST', '/accounts/:account/deauthorize', (call) => deauthorize(call.core, getAccount(call))],
  ['POST', '/accounts/:account/request-deletion', (call) => requestDeletion(call.core, getAccount(call).appScopedId)],
  [
    'POST',
    '/accounts/:account/threads/:persona/request-deletion',
    (call) => requestDeletion(call.core, toIgsid(getAccount(call), getPersona(call))),
  ],
  [
    'GET',
    '/accounts/:account/posts',
    (call) => ({ posts: listPosts(call.core, getAccount(call)).map((media) => toPostView(call.core, media)) }),
  ],
  ['POST', '/accounts/:account/posts', (call) => addPost(call.core, getAccount(call), call.body)],
  [
    'GET',
    '/accounts/:account/threads',
    (call) => ({
      threads: call.core.state.threads
        .group('account', getAccount(call).id)
        .map((thread) => toThreadSummary(call.core, thread))
        .sort((a, b) => b.updatedAtMs - a.updatedAtMs),
    }),
  ],
  [
    'GET',
    '/accounts/:account/threads/:persona',
    (call) => {
      const account = getAccount(call);
      const persona = getPersona(call);
      return toThreadView(call.core, account, persona, call.core.state.threads.find(toThreadKey(account, persona)));
    },
  ],
  [
    'PATCH',
    '/accounts/:account/threads/:persona',
    async (call) => {
      const account = getAccount(call);
      const persona = getPersona(call);
      const isOwnedByOtherApp = call.body['isOwnedByOtherApp'];
      if (typeof isOwnedByOtherApp !== 'boolean')
        throw new ControlError(400, '"isOwnedByOtherApp" must be true or false.');
      const thread = await call.core.state.transact((tx) =>
        handOver(call.core, tx, account, persona, isOwnedByOtherApp),
      );
      return toThreadView(call.core, account, persona, thread);
    },
  ],
  ['GET', '/personas', (call) => ({ personas: listPersonas(call.core, askedAccount(call)) })],
  ['POST', '/personas', (call) => addPersona(call.core, askedAccount(call), call.body)],
  ['PATCH', '/personas/:persona', (call) => switchPersona(call.core, askedAccount(call), getPersona(call), call.body)],
  [
    'GET',
    '/posts/:post',
    ({ core, path }) => toPostView(core, found(core.state.media.find(path['post'] ?? ''), 'The post')),
  ],
  ['POST', '/act', (call) => actAsPersona(call.core, bodyAccount(call), bodyPersona(call), parseAct(call.body['act']))],
  [
    'POST',
    '/business-message',
    (call) => writeAsBusiness(call.core, bodyAccount(call), bodyPersona(call), needText(call.body, 'text')),
  ],
  ['POST', '/bulk-comments', ({ core, body }) => addBulkComments(core, body)],
  ['POST', '/bulk-messages', ({ core, body }) => addBulkMessages(core, body)],
  ['GET', '/faults', ({ core }) => core.settings()],
  ['PUT', '/faults', ({ core, body }) => changeSettings(core, parseSettingsPatch(body))],
  ['DELETE', '/faults', ({ core }) => replaceSettings(core, DEFAULT_SETTINGS)],
  [
    'POST',
    '/faults/presets/:key',
    ({ core, path }) =>
      changeSettings(
        core,
        found(
          FAULT_PRESETS.find((preset) => preset.key === path['key']),
          'The preset',
        ).patch,
      ),
  ],
  ['GET', '/clock', ({ core, baseMs }) => readClock(core, baseMs)],
  [
    'POST',
    '/clock',
    ({ core, body, baseMs }) => advanceClock(core, findNumber(body, 'advanceMs') ?? Number.NaN, baseMs),
  ],
  [
    'GET',
    '/ledger',
    ({ core, query }) =>
      readLedger(core, {
        after: Number(query.get('after') ?? 0) || 0,
        limit: Math.min(10_000, Number(query.get('limit') ?? 1000) || 1000),
        kind: query.get('kind'),
      }),
  ],
  ['GET', '/deliveries', ({ core }) => core.webhooks.view()],
  ['GET', '/apps', ({ core }) => ({ apps: core.state.apps.all().map((app) => toAppView(core, app)) })],
  [
    'PUT',
    '/apps/:app/webhook',
    ({ core, path, body }) =>
      setWebhook(core, path['app'] ?? '', needText(body, 'callbackUrl'), needText(body, 'verifyToken')),
  ],
  ['POST', '/tokens', ({ core, body }) => issueToken(core, needText(body, 'accountId'), askedScopes(body))],
  [
    'POST',
    '/reset',
    async (call) => {
      await call.reset();
      return toSandboxInfo(call.core);
    },
  ],
];

/** Finds the route of a path below `/_sandbox`. @throws ControlError 404 or 405. */
export function getControlRoute(method: string, path: string): { answer: Route[2]; values: Record<string, string> } {
  let isKnown = false;
  for (const [routeMethod, pattern, answer] of CONTROL_ROUTES) {
    const values = findValues(pattern, path);
    if (!values) continue;
    isKnown = true;
    if (routeMethod === method) return { answer, values };
  }
  throw new ControlError(
    isKnown ? 405 : 404,
    isKnown ? `${method} is not possible here.` : 'There is no such page of the sandbox.',
  );
}

function findValues(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split('/').filter((part) => part !== '');
  const parts = path.split('/').filter((part) => part !== '');
  if (names.length !== parts.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? '';
    if (name.startsWith(':')) values[name.slice(1)] = decodeURIComponent(part);
    else if (name !== part) return undefined;
  }
  return values;
}

function getAccount(call: ControlCall): AccountRow {
  return found(call.core.state.accounts.find(call.path['account'] ?? ''), 'The account');
}

function getPersona(call: ControlCall): PersonaRow {
  return found(call.core.state.personas.find(call.path['persona'] ?? ''), 'The persona');
}

function bodyAccount(call: ControlCall): AccountRow {
  return found(call.core.state.accounts.find(needText(call.body, 'accountId')), 'The account');
}

function bodyPersona(call: ControlCall): PersonaRow {
  return found(call.core.state.personas.find(needText(call.body, 'personaId')), 'The persona');
}

/** The account that IGSIDs are scoped to: `?account=`, else the first. */
function askedAccount(call: ControlCall): AccountRow {
  const id = call.query.get('account') ?? findText(call.body, 'accountId');
  return found(id === undefined ? call.core.state.accounts.all()[0] : call.core.state.accounts.find(id), 'The account');
}

function askedScopes(body: JsonObject): string[] | undefined {
  const scopes = body['scopes'];
  return Array.isArray(scopes) ? scopes.map(String) : undefined;
}
