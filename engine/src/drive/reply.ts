import type { InboundEvent, JsonObject } from '@heddle/schemas';

/** Events that answer a waiting node, on every platform: what a person writes or taps in the conversation. Comments do not. */
const REPLY_KIND = /\/(message|postback)$/u;

/** True for an event that answers a reply wait of its contact. */
export function isReply(event: Pick<InboundEvent, 'kind'>): boolean {
  return REPLY_KIND.test(event.kind);
}

/** What a waiting node gets as `reply`: the event's data, with `text` always there (a tapped button's title counts as its text). */
export function toReply(event: InboundEvent): JsonObject {
  const { text, title } = event.data;
  return {
    ...event.data,
    kind: event.kind,
    text: typeof text === 'string' ? text : typeof title === 'string' ? title : '',
  };
}
