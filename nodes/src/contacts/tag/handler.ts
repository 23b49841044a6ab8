import { defineHandler, done, type ListOptions } from '@heddle/engine';
import { requireContact } from '../../send-outcome.ts';
import { tag } from './definition.ts';

/** Tags that somebody carries already, so that one is not written in two ways. */
const listTags: ListOptions = async ({ contacts }) => (await contacts.tags()).map((value) => ({ value }));

/** Takes away first, so that a tag in both lists stays. */
export const tagHandler = defineHandler(tag, {
  options: { add: listTags, remove: listTags },
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
