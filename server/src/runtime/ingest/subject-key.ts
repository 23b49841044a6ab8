import type { InboundEvent } from '@heddle/schemas';

/** The mailbox of a person at a connection: everything that person does is taken in order. */
export function contactSubject(connectionId: string, platformId: string): string {
  return `contact:${connectionId}:${platformId}`;
}

/** The mailbox of one run that is about nobody; keyed by the event that starts it, so such runs do not wait for each other. */
export function eventSubject(eventId: string): string {
  return `event:${eventId}`;
}

/** The mailbox of a child run that is about nobody. */
export function runSubject(runId: string): string {
  return `run:${runId}`;
}

/** Takes a contact's mailbox apart, or null for another kind of subject. */
export function parseContactSubject(subject: string): { connectionId: string; platformId: string } | null {
  const match = /^contact:([0-9a-f-]{36}):(.+)$/s.exec(subject);
  const [, connectionId, platformId] = match ?? [];
  return connectionId === undefined || platformId === undefined ? null : { connectionId, platformId };
}

/** Which mailbox an event goes to. */
export function subjectOf(event: InboundEvent, connectionId: string | null, eventId: string): string {
  return connectionId !== null && event.contact !== undefined
    ? contactSubject(connectionId, event.contact.platformId)
    : eventSubject(eventId);
}
