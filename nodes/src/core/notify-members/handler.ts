import { defineHandler, done } from '@heddle/engine';
import { notifyMembers } from './definition.ts';

export const notifyMembersHandler = defineHandler(notifyMembers, {
  run: async ({ config, notifyMembers: notify }) => {
    await notify(config.text);
    return done('done', { text: config.text });
  },
});
