import type { JsonObject, JsonValue } from '@heddle/schemas';

/** A field of an event that a form shows by itself. */
export interface EventField {
  readonly name: string;
  readonly schema: JsonObject;
  fits(value: JsonValue): boolean;
}

/** Something that can happen in a test case. */
export interface EventKind {
  readonly kind: string;
  readonly title: string;
  readonly fields: readonly EventField[];
  /** It has data beyond its fields that somebody may want to give. */
  readonly hasMore: boolean;
}

const text = (name: string, title: string, hints: JsonObject = {}): EventField => ({
  name,
  schema: { type: 'string', title, 'x-widget': 'text', ...hints },
  fits: (value) => typeof value === 'string' && (value !== '' || name === 'text'),
});
const json = (name: string, title: string): EventField => ({
  name,
  schema: { title, 'x-widget': 'json', 'x-advanced': true },
  fits: () => true,
});

const SAID = text('text', 'Text', { default: '' });

/** What can happen, in the order in which it is offered. */
export const EVENT_KINDS: readonly EventKind[] = [
  {
    kind: 'instagram/comment',
    title: 'Somebody comments',
    fields: [SAID, text('mediaId', 'Post', { 'x-advanced': true, 'x-placeholder': 'media-1' })],
    hasMore: true,
  },
  {
    kind: 'instagram/message',
    title: 'They write a message',
    fields: [SAID, text('quickReplyPayload', 'Quick reply that they tapped', { 'x-advanced': true })],
    hasMore: true,
  },
  {
    kind: 'instagram/postback',
    title: 'They tap a button',
    fields: [text('title', 'Words on the button'), text('payload', 'What the button sends')],
    hasMore: true,
  },
  { kind: 'time', title: 'Time passes', fields: [], hasMore: false },
  { kind: 'core/approved', title: 'A member approves', fields: [text('note', 'Note')], hasMore: false },
  { kind: 'core/rejected', title: 'A member rejects', fields: [text('note', 'Note')], hasMore: false },
  {
    kind: 'core/event',
    title: 'Something is reported',
    fields: [text('name', 'Name'), text('key', 'Key'), json('data', 'Data')],
    hasMore: false,
  },
  { kind: 'core/manual', title: 'A member starts it by hand', fields: [], hasMore: true },
  {
    kind: 'core/schedule',
    title: 'A planned time comes',
    fields: [text('tickAt', 'Which time', { 'x-placeholder': '2026-11-21T09:00:00Z' })],
    hasMore: true,
  },
  { kind: 'core/webhook', title: 'Another system calls', fields: [json('body', 'Body')], hasMore: true },
];
