import type { ContactFacts } from '@heddle/schemas';
import type { ContactRow } from '../model/tables.ts';

/** A contact as templates and triggers see it. */
export function toContactFacts({
  id,
  platformId,
  tags,
  fields,
  lastInboundAtMs,
  isOptedOut,
}: ContactRow): ContactFacts {
  const facts: ContactFacts = {
    id,
    platform: 'instagram',
    platformId,
    username: `user.${platformId}`,
    tags: [...tags],
    fields,
    isOptedOut,
  };
  if (lastInboundAtMs !== null) facts.lastInboundAtMs = lastInboundAtMs;
  return facts;
}
