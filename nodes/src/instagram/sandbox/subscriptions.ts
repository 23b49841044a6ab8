/** Which webhook fields the app gets for an account (platforms.md C.3). */
import type { GraphCall, GraphEdge, GraphEdges } from './graph-call.ts';
import { requireScopes } from './graph-call.ts';
import { invalidParameter } from './graph-error.ts';
import type { Scope } from './scopes.ts';

/** Fields of Instagram Login with the permission that each needs. There is no `media` field in any variant. */
const FIELD_SCOPES: Readonly<Record<string, Scope>> = {
  comments: 'instagram_business_manage_comments',
  live_comments: 'instagram_business_manage_comments',
  messages: 'instagram_business_manage_messages',
  message_edit: 'instagram_business_manage_messages',
  message_echoes: 'instagram_business_manage_messages',
  message_reactions: 'instagram_business_manage_messages',
  messaging_postbacks: 'instagram_business_manage_messages',
  messaging_referral: 'instagram_business_manage_messages',
  messaging_seen: 'instagram_business_manage_messages',
  messaging_handover: 'instagram_business_manage_messages',
  messaging_optins: 'instagram_business_manage_messages',
  standby: 'instagram_business_manage_messages',
};

const edge = (target: GraphEdge['target'], answer: GraphEdge['answer']): GraphEdge => ({
  scopes: ['instagram_business_basic'],
  target,
  bucket: 'messaging',
  answer,
});

export const SUBSCRIPTION_EDGES: GraphEdges = {
  'account POST subscribed_apps': edge('container', subscribe),
  'account GET subscribed_apps': edge('read', readSubscription),
  'account DELETE subscribed_apps': edge('container', unsubscribe),
};

async function subscribe(call: GraphCall): Promise<unknown> {
  const { state } = call.core;
  const fields = call.params.list('subscribed_fields') ?? [];
  if (fields.length === 0) throw invalidParameter('The parameter subscribed_fields is required.');
  for (const field of fields) {
    const scope = Object.hasOwn(FIELD_SCOPES, field) ? FIELD_SCOPES[field] : undefined;
    if (!scope)
      throw invalidParameter(
        `Param subscribed_fields must be one of {${Object.keys(FIELD_SCOPES).join(', ')}} - got "${field}".`,
      );
    requireScopes(call, [scope]);
  }
  const { appId } = call.token;
  await state.transact(() =>
    state.subscriptions.put(`${appId}:${call.account.id}`, {
      appId,
      accountId: call.account.id,
      fields: [...new Set(fields)].sort(),
    }),
  );
  return { success: true };
}

function readSubscription(call: GraphCall): unknown {
  const row = call.core.state.subscriptions.find(`${call.token.appId}:${call.account.id}`);
  return {
    data: row
      ? [{ name: call.core.state.apps.find(row.appId)?.name ?? '', id: row.appId, subscribed_fields: row.fields }]
      : [],
  };
}

async function unsubscribe(call: GraphCall): Promise<unknown> {
  await call.core.state.transact(() => call.core.state.subscriptions.delete(`${call.token.appId}:${call.account.id}`));
  return { success: true };
}
