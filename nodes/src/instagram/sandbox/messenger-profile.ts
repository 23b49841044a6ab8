/** Ice breakers and the persistent menu (platforms.md A.7). */
import type { GraphCall, GraphEdge, GraphEdges } from './graph-call.ts';
import { invalidParameter } from './graph-error.ts';
import { findText, isObject } from './json.ts';
import type { JsonObject } from './json.ts';
import type { MenuItem, ProfileRow } from './model.ts';

const ICE_BREAKER_LIMIT = 4;
const MENU_LIMIT = 20;

const edge = (target: GraphEdge['target'], answer: GraphEdge['answer']): GraphEdge => ({
  scopes: ['instagram_business_basic', 'instagram_business_manage_messages'],
  target,
  bucket: 'messaging',
  answer,
});

export const MESSENGER_PROFILE_EDGES: GraphEdges = {
  'account POST messenger_profile': edge('container', setProfile),
  'account GET messenger_profile': edge('read', readProfile),
  'account DELETE messenger_profile': edge('container', clearProfile),
};

async function setProfile(call: GraphCall): Promise<unknown> {
  const { core, params } = call;
  const platform = params.text('platform');
  if (platform !== undefined && platform !== 'instagram')
    throw invalidParameter('Param platform must be one of {INSTAGRAM}');
  const iceBreakers = params.raw('ice_breakers');
  const menu = params.raw('persistent_menu');
  if (iceBreakers === undefined && menu === undefined)
    throw invalidParameter('One of ice_breakers and persistent_menu is required.');
  const row: ProfileRow = {
    ...(core.state.profiles.find(call.account.id) ?? { accountId: call.account.id, iceBreakers: null, menu: null }),
    ...(iceBreakers === undefined ? {} : { iceBreakers: parseIceBreakers(iceBreakers) }),
    ...(menu === undefined ? {} : { menu: parseMenu(menu) }),
  };
  await core.state.transact((tx) => {
    core.state.profiles.put(row.accountId, row);
    tx.after(() => core.live.publish({ kind: 'accounts-changed' }));
  });
  return { result: 'success' };
}

function readProfile(call: GraphCall): unknown {
  const row = call.core.state.profiles.find(call.account.id);
  const asked = call.params.list('fields') ?? ['ice_breakers', 'persistent_menu'];
  const data: Record<string, unknown> = {};
  if (asked.includes('ice_breakers') && row?.iceBreakers)
    data['ice_breakers'] = [{ call_to_actions: row.iceBreakers, locale: 'default' }];
  if (asked.includes('persistent_menu') && row?.menu)
    data['persistent_menu'] = [{ locale: 'default', composer_input_disabled: false, call_to_actions: row.menu }];
  return { data: Object.keys(data).length === 0 ? [] : [data] };
}

async function clearProfile(call: GraphCall): Promise<unknown> {
  const { core } = call;
  const asked = call.params.list('fields') ?? [];
  if (asked.length === 0) throw invalidParameter('The parameter fields is required.');
  const row = core.state.profiles.find(call.account.id);
  if (row)
    await core.state.transact(() =>
      core.state.profiles.put(row.accountId, {
        ...row,
        iceBreakers: asked.includes('ice_breakers') ? null : row.iceBreakers,
        menu: asked.includes('persistent_menu') ? null : row.menu,
      }),
    );
  return { result: 'success' };
}

/** Per locale, `default` required; a flat list of questions is accepted too. */
function parseIceBreakers(value: unknown): NonNullable<ProfileRow['iceBreakers']> {
  const items = asObjects(value, 'ice_breakers');
  const isFlat = items.every((item) => item['question'] !== undefined);
  const questions = isFlat
    ? items
    : asObjects(defaultLocale(items, 'ice_breakers')['call_to_actions'], 'ice_breakers[call_to_actions]');
  if (questions.length > ICE_BREAKER_LIMIT)
    throw invalidParameter(`Param ice_breakers must have at most ${ICE_BREAKER_LIMIT} questions`);
  return questions.map((item) => ({
    question: needText(item, 'question', 'ice_breakers'),
    payload: needText(item, 'payload', 'ice_breakers'),
  }));
}

function parseMenu(value: unknown): MenuItem[] {
  const menu = defaultLocale(asObjects(value, 'persistent_menu'), 'persistent_menu');
  if (menu['composer_input_disabled'] === true) throw invalidParameter('The composer cannot be disabled on Instagram.');
  const items = asObjects(menu['call_to_actions'], 'persistent_menu[call_to_actions]');
  if (items.length > MENU_LIMIT) throw invalidParameter(`Param persistent_menu must have at most ${MENU_LIMIT} items`);
  return items.map((item): MenuItem => {
    const title = needText(item, 'title', 'persistent_menu');
    if (item['type'] === 'postback')
      return { type: 'postback', title, payload: needText(item, 'payload', 'persistent_menu') };
    if (item['type'] === 'web_url') return { type: 'web_url', title, url: needText(item, 'url', 'persistent_menu') };
    throw invalidParameter('Param persistent_menu[type] must be one of {postback, web_url}');
  });
}

function defaultLocale(items: readonly JsonObject[], where: string): JsonObject {
  const found = items.find((item) => item['locale'] === 'default');
  if (!found) throw invalidParameter(`Param ${where} needs an entry with the locale "default"`);
  return found;
}

function asObjects(value: unknown, where: string): JsonObject[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidParameter(`Param ${where} must be a non-empty array`);
  return value.map((item: unknown) => {
    if (!isObject(item)) throw invalidParameter(`Param ${where} must be an array of objects`);
    return item;
  });
}

function needText(item: JsonObject, key: string, where: string): string {
  const text = findText(item, key);
  if (text === undefined || text === '') throw invalidParameter(`Param ${where}[${key}] is required`);
  return text;
}
