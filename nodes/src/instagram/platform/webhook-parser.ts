import type { InboundEvent, JsonObject, JsonValue } from '@heddle/schemas';
import { isJsonObject } from '@heddle/schemas';
import type { WebhookItem } from '@heddle/engine';
import { compact, listProperty, objectProperty, property, textProperty } from './graph-api.ts';
import { contentKey } from './event-key.ts';
import { parseMessagingItem } from './parse-messaging-item.ts';
import { parseCommentChange } from './parse-comment-change.ts';

/** Below this a time is in seconds (`changes[]`), from here on in milliseconds (`messaging[]`): the year 2286 against 1973. */
const FIRST_MS_VALUE = 10_000_000_000;
/** End of the year 9999: what comes later is no time. */
const LAST_MS_VALUE = 253_402_300_799_999;
/** Ids of people and comments have some 20 digits. Longer ones are not ids, and no index would take them. */
const MAX_ID_LENGTH = 512;

/** A time of the platform, in seconds or milliseconds, as epoch ms; undefined when it is none. */
export function toEpochMs(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  const atMs = number < FIRST_MS_VALUE ? number * 1000 : number;
  return atMs <= LAST_MS_VALUE ? atMs : undefined;
}

/**
 * Every item of every entry of a webhook body, in order of their times. What we do not understand becomes
 * `instagram/unknown` {raw}. Never throws: odd shapes are data. `occurredAtMs` is 0 where the platform names no time.
 *
 * Two envelopes are read: `changes[]`, and `field` and `value` directly in the entry (platforms.md C.4, C.5).
 */
export function parseWebhook(body: JsonValue): WebhookItem[] {
  const entries = property(body, 'entry');
  if (!Array.isArray(entries)) return [unknownItem('', body, 0)];
  const isInstagram = textProperty(body, 'object') === 'instagram' || property(body, 'object') === undefined;
  const items = entries.flatMap((entry) => {
    const accountId = textProperty(entry, 'id');
    const atMs = toEpochMs(property(entry, 'time')) ?? 0;
    if (!isInstagram || accountId === undefined) return [unknownItem(accountId ?? '', entry, atMs)];
    return parseEntry(entry, accountId, atMs);
  });
  // toSorted is stable: events of the same moment keep the platform's order.
  return items.toSorted((a, b) => a.event.occurredAtMs - b.event.occurredAtMs);
}

function parseEntry(entry: JsonValue, accountId: string, entryAtMs: number): WebhookItem[] {
  const item = (event: InboundEvent | undefined, raw: JsonValue, atMs: number): WebhookItem =>
    event === undefined || !hasUsableIds(event) ? unknownItem(accountId, raw, atMs) : { accountId, event };

  const messaging = listProperty(entry, 'messaging').map((raw) => {
    const atMs = toEpochMs(property(raw, 'timestamp')) ?? entryAtMs;
    return item(isJsonObject(raw) ? parseMessagingItem(raw, accountId, atMs) : undefined, raw, atMs);
  });
  const standby = listProperty(entry, 'standby').map((raw) => {
    const atMs = toEpochMs(property(raw, 'timestamp')) ?? entryAtMs;
    return item(standbyEvent(raw, atMs), raw, atMs);
  });
  const changes = changesOf(entry).map((raw) => item(parseChange(raw, accountId, entryAtMs), raw, entryAtMs));
  const found = [...messaging, ...standby, ...changes];
  return found.length > 0 ? found : [unknownItem(accountId, entry, entryAtMs)];
}

function hasUsableIds({ contact, data }: InboundEvent): boolean {
  const ids = [contact?.platformId, textProperty(data, 'commentId')];
  return ids.every((id) => id === undefined || id.length <= MAX_ID_LENGTH);
}

function changesOf(entry: JsonValue): readonly JsonValue[] {
  const changes = property(entry, 'changes');
  if (Array.isArray(changes)) return changes;
  const field = property(entry, 'field');
  return field === undefined ? [] : [compact({ field, value: property(entry, 'value') })];
}

function parseChange(change: JsonValue, accountId: string, atMs: number): InboundEvent | undefined {
  const field = textProperty(change, 'field');
  const value = objectProperty(change, 'value');
  if (value === undefined) return undefined;
  if (field === 'comments' || field === 'live_comments')
    return parseCommentChange(value, accountId, atMs, field === 'live_comments');
  return undefined;
}

/** Another app owns the thread: recorded so that a person can see it, never answered. */
function standbyEvent(raw: JsonValue, atMs: number): InboundEvent {
  const contact = textProperty(property(raw, 'sender'), 'id');
  return {
    kind: 'instagram/standby',
    key: contentKey('standby', raw, atMs),
    occurredAtMs: atMs,
    ...(contact === undefined ? {} : { contact: { platformId: contact } }),
    data: { raw },
  };
}

function unknownItem(accountId: string, raw: JsonValue, atMs: number): WebhookItem {
  const data: JsonObject = { raw };
  return {
    accountId,
    event: { kind: 'instagram/unknown', key: contentKey('unknown', raw, atMs), occurredAtMs: atMs, data },
  };
}
