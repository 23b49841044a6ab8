import { defineHandler, done } from '@heddle/engine';
import { requireContact } from '../../send-outcome.ts';
import { tag } from './definition.ts';

/** Takes away first, so that a tag in both lists stays. */
export const tagHandler = defineHandler(tag, {
  run: async ({ config, contact, contacts }) => {
    requireContact(contact);
    const clean = (tags: readonly string[] | undefined) => [
      ...new Set((tags ?? []).map((name) => name.trim()).filter((name) => name !== '')),
    ];
    const added = clean(config.add);
    const removed = clean(config.remove).filter((name) => !added.includes(name));
    for (const name of removed) await contacts.removeTag(name);
    for (const name of added) await contacts.addTag(name);
    return done('done', { added, removed });
  },
});
