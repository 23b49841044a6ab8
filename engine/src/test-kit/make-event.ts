import type { ContactFacts, InboundEvent, JsonObject } from '@heddle/schemas';

/** Something that happens in a test: only what matters to it. */
export interface HarnessEvent {
  /** Such as `instagram/comment`. */
  readonly kind: string;
  readonly data?: JsonObject;
}

/** A person with the given facts; who they are otherwise does not matter. */
export function makeContact(platform: string, facts: Partial<ContactFacts>): ContactFacts {
  return {
    id: 'test-contact',
    platform,
    platformId: 'test-person',
    username: 'test.person',
    tags: [],
    fields: {},
    ...facts,
  };
}

/** The whole event: ids that every platform gives are made up, unique within the test. */
export function makeEvent(
  event: HarnessEvent,
  number: number,
  nowMs: number,
  contact: ContactFacts | null,
): InboundEvent {
  const ids = idsFor(event.kind, number);
  return {
    kind: event.kind,
    key: `test-${number}`,
    occurredAtMs: nowMs,
    ...(contact === null
      ? {}
      : {
          contact: {
            platformId: contact.platformId,
            ...(contact.username === undefined ? {} : { username: contact.username }),
          },
        }),
    data: { ...ids, ...event.data },
  };
}

function idsFor(kind: string, number: number): JsonObject {
  switch (kind.slice(kind.indexOf('/') + 1)) {
    case 'comment':
      return { commentId: `comment-${number}`, mediaId: 'media-1', mediaKind: 'post' };
    case 'message':
    case 'postback':
      return { messageId: `message-${number}` };
    default:
      return {};
  }
}
