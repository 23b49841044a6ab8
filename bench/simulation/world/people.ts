/** The one account that the simulated flows act for. */
export const CONNECTION = 'shop-account';

export function contactSubject(platformId: string): string {
  return `contact:${platformId}`;
}

/** Whom a mailbox is about; null: it is that of one run about nobody. */
export function personOf(subject: string): string | null {
  return subject.startsWith('contact:') ? subject.slice('contact:'.length) : null;
}
