/** Changes of the sandbox's world from the control API: accounts, personas, posts, apps, tokens, clock. */
import { ControlError, found, needText } from './control-error.ts';
import { toAccountView, toAppView, toPersonaView, toPostView } from './control-views.ts';
import type { SandboxCore } from './core.ts';
import type {
  AccountView,
  ActResult,
  AppView,
  ClockView,
  IssuedToken,
  PersonaReach,
  PersonaView,
  PostView,
} from './customer-api.ts';
import { findBoolean, findNumber, findText } from './json.ts';
import type { JsonObject } from './json.ts';
import type { AccountRow, MediaRow, PersonaRow } from './model.ts';
import { issueLongToken } from './oauth-tokens.ts';
import { isScope, SCOPES } from './scopes.ts';
import { AVATARS } from './seed-content.ts';
import { SEED_ACCOUNT, toPersonaRow } from './seed.ts';
import { addBusinessMessage } from './threads.ts';

const REACHES: readonly PersonaReach[] = ['ok', 'blocked', 'unavailable', 'cannot-receive'];
const COLORS = ['#b4532a', '#2f6f5e', '#5b4a9b', '#c08a1e', '#a33b6b', '#2c6aa0'];

export async function addAccount(core: SandboxCore, body: JsonObject): Promise<AccountView> {
  const username = needUsername(body);
  if (core.state.accounts.all().some((account) => account.username === username))
    throw new ControlError(400, `The user name ${username} is taken.`);
  const number = core.state.accounts.size + 1;
  const row: AccountRow = {
    ...SEED_ACCOUNT,
    id: `178414000000${String(number).padStart(5, '0')}`,
    appScopedId: `245678901234${String(56789 + number)}`,
    number,
    username,
    name: needText(body, 'name'),
    biography: findText(body, 'biography') ?? '',
    followersCount: 240,
    followsCount: 12,
  };
  await core.state.transact((tx) => {
    core.state.accounts.put(row.id, row);
    tx.after(() => core.live.publish({ kind: 'accounts-changed' }));
  });
  return toAccountView(core, row);
}

export async function switchAccount(core: SandboxCore, account: AccountRow, body: JsonObject): Promise<AccountView> {
  const impressions = findNumber(body, 'impressions24h');
  const row: AccountRow = {
    ...account,
    allowsMessageAccess: findBoolean(body, 'allowsMessageAccess') ?? account.allowsMessageAccess,
    isPublic: findBoolean(body, 'isPublic') ?? account.isPublic,
    isRestricted: findBoolean(body, 'isRestricted') ?? account.isRestricted,
    impressions24h: impressions ?? account.impressions24h,
  };
  await core.state.transact((tx) => {
    core.state.accounts.put(row.id, row);
    tx.after(() => core.live.publish({ kind: 'accounts-changed' }));
  });
  return toAccountView(core, row);
}

export async function addPersona(core: SandboxCore, account: AccountRow, body: JsonObject): Promise<PersonaView> {
  const name = needText(body, 'name');
  const username = body['username'] === undefined ? freeUsername(core, name) : needUsername(body);
  if (core.state.personas.group('username', username).length > 0 || core.state.personas.has(username))
    throw new ControlError(400, `The user name ${username} is taken.`);
  const number = core.state.personas.size + 1;
  const row = toPersonaRow({
    id: username,
    number,
    name,
    username,
    avatarColor: findText(body, 'avatarColor') ?? COLORS[number % COLORS.length] ?? '#7a2e5d',
    picture: AVATARS[number % AVATARS.length] ?? 'avatar-1',
    language: findText(body, 'language') ?? 'en',
    about: findText(body, 'about') ?? '',
    isVerified: findBoolean(body, 'isVerified') ?? false,
    followerCount: findNumber(body, 'followerCount') ?? 120,
    followsBusiness: findBoolean(body, 'followsBusiness') ?? false,
  });
  await putPersona(core, row);
  return toPersonaView(core, account, row);
}

export async function switchPersona(
  core: SandboxCore,
  account: AccountRow,
  persona: PersonaRow,
  body: JsonObject,
): Promise<PersonaView> {
  const reach = body['reach'] === undefined ? persona.reach : REACHES.find((known) => known === body['reach']);
  if (!reach) throw new ControlError(400, `"reach" must be one of ${REACHES.join(', ')}.`);
  const row: PersonaRow = {
    ...persona,
    reach,
    followsBusiness: findBoolean(body, 'followsBusiness') ?? persona.followsBusiness,
    businessFollows: findBoolean(body, 'businessFollows') ?? persona.businessFollows,
    isVerified: findBoolean(body, 'isVerified') ?? persona.isVerified,
  };
  await putPersona(core, row);
  return toPersonaView(core, account, row);
}

/** A post that the owner makes by hand in the app: no quota, and no webhook either, because there is no `media` field. */
export async function addPost(core: SandboxCore, account: AccountRow, body: JsonObject): Promise<PostView> {
  const kind = body['kind'] ?? 'image';
  if (kind !== 'image' && kind !== 'reel' && kind !== 'story' && kind !== 'live')
    throw new ControlError(400, '"kind" must be image, reel, story or live.');
  const row: MediaRow = {
    id: core.ids.numeric('180'),
    seq: core.state.nextSeq(),
    accountId: account.id,
    kind,
    caption: findText(body, 'caption') ?? '',
    source: findText(body, 'picture') ?? 'bouquet',
    childIds: [],
    parentId: null,
    shortcode: core.ids.shortcode(),
    timestampMs: core.nowMs(),
    isCommentEnabled: true,
    likeCount: 0,
    isSharedToFeed: true,
    altText: null,
    isAiGenerated: false,
    isByApi: false,
    isLiveNow: kind === 'live',
  };
  await core.state.transact((tx) => {
    core.state.media.put(row.id, row);
    tx.after(() => core.live.publish({ kind: 'post', accountId: account.id, mediaId: row.id }));
  });
  return toPostView(core, row);
}

/** A member answers in the Instagram app: an echo whose mid no API call has given. */
export async function writeAsBusiness(
  core: SandboxCore,
  account: AccountRow,
  persona: PersonaRow,
  text: string,
): Promise<ActResult> {
  const { message } = await core.state.transact((tx) =>
    addBusinessMessage(core, tx, { account, persona, content: { kind: 'text', text }, via: 'app' }),
  );
  return { mid: message.mid };
}

/** Sets an app's callback once it has answered the challenge. @throws ControlError 400 saying what it answered instead. */
export async function setWebhook(
  core: SandboxCore,
  appId: string,
  callbackUrl: string,
  verifyToken: string,
): Promise<AppView> {
  const app = found(core.state.apps.find(appId), 'The app');
  if (!URL.canParse(callbackUrl) || !/^https?:$/.test(new URL(callbackUrl).protocol))
    throw new ControlError(400, '"callbackUrl" must be a complete http(s) address.');
  const problem = await core.webhooks.verify(callbackUrl, verifyToken);
  if (problem !== null)
    throw new ControlError(400, `The callback URL or verify token couldn't be validated. ${problem}`);
  const row = { ...app, callbackUrl, verifyToken, isVerified: true };
  await core.state.transact((tx) => {
    core.state.apps.put(app.id, row);
    tx.after(() => core.webhooks.pump());
  });
  return toAppView(core, row);
}

/** A long-lived token without the pages: what the dashboard's "generate token" button gives. */
export async function issueToken(
  core: SandboxCore,
  accountId: string,
  scopes: readonly string[] = SCOPES,
): Promise<IssuedToken> {
  const account = found(core.state.accounts.find(accountId), 'The account');
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) throw new ControlError(400, `Unknown scope "${unknown}".`);
  const token = await core.state.transact(() => issueLongToken(core, account, scopes));
  return {
    accessToken: token.token,
    accountId,
    appScopedId: account.appScopedId,
    username: account.username,
    scopes,
    expiresAtMs: token.expiresAtMs,
  };
}

/** Moves the sandbox's clock; only forwards, as an account's history cannot be younger than now. */
export async function advanceClock(core: SandboxCore, advanceMs: number, baseMs: () => number): Promise<ClockView> {
  if (!Number.isFinite(advanceMs) || advanceMs < 0 || advanceMs > 400 * 86_400_000)
    throw new ControlError(400, '"advanceMs" must be from 0 to 400 days.');
  await core.state.transact((tx) => {
    const offsetMs = (core.state.meta.find('clock')?.clockOffsetMs ?? 0) + advanceMs;
    core.state.meta.put('clock', { clockOffsetMs: offsetMs });
    tx.after(() => core.live.publish({ kind: 'clock', nowMs: core.nowMs() }));
    tx.after(() => core.webhooks.pump());
  });
  return readClock(core, baseMs);
}

export function readClock(core: SandboxCore, baseMs: () => number): ClockView {
  const offsetMs = core.state.meta.find('clock')?.clockOffsetMs ?? 0;
  return { nowMs: baseMs() + offsetMs, offsetMs };
}

async function putPersona(core: SandboxCore, row: PersonaRow): Promise<void> {
  await core.state.transact((tx) => {
    core.state.personas.put(row.id, row);
    tx.after(() => core.live.publish({ kind: 'personas-changed' }));
  });
}

function needUsername(body: JsonObject): string {
  const username = needText(body, 'username');
  if (!/^[a-z0-9._]{1,30}$/.test(username))
    throw new ControlError(400, 'A user name has small letters, digits, dots and underscores, 30 at most.');
  return username;
}

/** A user name made from a person's name that nobody has. */
function freeUsername(core: SandboxCore, name: string): string {
  const base =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '.')
      .replace(/^\.+|\.+$/g, '')
      .slice(0, 24) || 'someone';
  let username = base;
  for (let number = 2; core.state.personas.has(username); number += 1) username = `${base}${number}`;
  return username;
}
