/** Small node types for tests of the back-test: triggers, sends, questions, and nodes that ask the outside. */
import type { PlatformAction } from '@heddle/schemas';
import { Type } from 'typebox';
import { createHandlerRegistry, defineHandler, defineNode, done } from '../../index.ts';

/** Milliseconds of an hour. */
export const HOUR = 3_600_000;

const any = { type: 'object' };
const base = { version: 1, summary: 'For tests', icon: 'circle', category: 'logic' } as const;
const onText = (kind: string) =>
  defineHandler(
    defineNode({
      ...base,
      type: `test/on-${kind}`,
      title: 'Heard',
      category: 'trigger',
      role: 'trigger',
      effect: 'pure',
      config: Type.Object({ word: Type.String(), connection: Type.Optional(Type.String()) }),
      ports: { out: { title: 'Heard', output: any } },
      connections: [{ field: 'connection', platform: 'instagram', scopes: [] }],
      events: [`instagram/${kind}`, 'core/manual'],
    }),
    {
      match: ({ config, event }) =>
        event.data['text'] === config.word
          ? { output: event.data, specificity: 1 }
          : { reason: `The text is not "${config.word}".` },
    },
  );
const send = defineHandler(
  defineNode({
    ...base,
    type: 'test/send',
    title: 'Send',
    effect: 'send',
    config: Type.Object({ text: Type.String(), private: Type.Optional(Type.Boolean()) }),
    ports: { out: { title: 'Sent', output: any } },
  }),
  {
    run: async ({ config, contact, trigger, random, send: out }) => {
      const text = config.text.replace('#', String(random()));
      const { commentId } = trigger as { commentId?: string }; // as the events below have it
      const message = { kind: 'text', text } as const;
      const action: PlatformAction =
        config.private === true
          ? { kind: 'privateReply', commentId: commentId ?? '', message }
          : { kind: 'message', to: contact?.platformId ?? '', message };
      const receipt = await out({ key: '1', action });
      return done('out', { id: receipt.platformId });
    },
  },
);
const ask = defineHandler(
  defineNode({
    ...base,
    type: 'test/ask',
    title: 'Ask',
    effect: 'pure',
    config: Type.Object({}),
    ports: { out: { title: 'Answered', output: any } },
  }),
  {
    run: ({ resumed, nowMs }) => {
      if (resumed === undefined)
        return { kind: 'suspended', wait: { kind: 'reply', dueAtMs: nowMs + HOUR, mergeMs: 0 }, memo: null };
      return resumed.kind === 'replied' ? done('out', resumed.reply) : done('timeout');
    },
  },
);
const think = defineHandler(
  defineNode({
    ...base,
    type: 'test/think',
    title: 'Think',
    effect: 'read',
    config: Type.Object({}),
    ports: { out: { title: 'Answered', output: any } },
  }),
  {
    run: async ({ ai }) => {
      try {
        return done('out', { text: (await ai.answer({ system: '', messages: [], maxOutputTokens: 1 })).text });
      } catch {
        return done('out', { text: 'Hm.' });
      }
    },
  },
);
const profile = defineHandler(
  defineNode({
    ...base,
    type: 'test/profile',
    title: 'Profile',
    effect: 'read',
    config: Type.Object({}),
    ports: { out: { title: 'Read', output: any } },
  }),
  { run: async ({ read }) => done('out', { text: await read('@shop', 'profile', {}) }) },
);
const approve = defineHandler(
  defineNode({
    ...base,
    type: 'test/approve',
    title: 'Approval',
    effect: 'pure',
    config: Type.Object({}),
    ports: { approved: { title: 'Approved', output: any } },
    hostNeeds: ['approval'],
  }),
  {
    run: ({ resumed }) =>
      resumed === undefined
        ? {
            kind: 'suspended',
            wait: { kind: 'approval', title: 'May we?', text: '', data: null, dueAtMs: null },
            memo: null,
          }
        : done('approved'),
  },
);
const call = defineHandler(
  defineNode({
    ...base,
    type: 'test/call',
    title: 'Call',
    effect: 'pure',
    config: Type.Object({ flow: Type.String() }),
    ports: { done: { title: 'Done', output: any } },
    hostNeeds: ['children'],
  }),
  {
    run: ({ config, resumed }) =>
      resumed?.kind === 'childrenFinished'
        ? done('done')
        : {
            kind: 'suspended',
            wait: {
              kind: 'children',
              start: { kind: 'flow', flow: config.flow },
              items: [{}],
              concurrency: 1,
              onFailure: 'stop',
              keepsOutputs: true,
              dueAtMs: null,
            },
            memo: null,
          },
  },
);
/** All of them. */
export const registry = createHandlerRegistry([
  onText('comment'),
  onText('message'),
  send,
  ask,
  think,
  profile,
  approve,
  call,
]);
