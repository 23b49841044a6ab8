import type { InboundEvent } from '@heddle/schemas';

/** The one account that the simulated flows act for. */
export const CONNECTION = 'shop-account';

/** The mailbox of the person an event is about; the simulated platform sends nothing without a person. */
export function toContactSubject(event: InboundEvent): string {
  return `contact:${event.contact?.platformId ?? ''}`;
}

export function platformIdOf(subject: string): string {
  return subject.slice('contact:'.length);
}
