import { createHandlerRegistry, defineHandler, defineNode, done, suspend, type HandlerRegistry } from '@heddle/engine';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { Type } from 'typebox';

const any = { type: 'object' };
const port = { title: 'Next', output: any };
const base = { version: 1, icon: 'x', summary: 'For tests' } as const;

/** A small plugin: just enough nodes to reach every corner of the runtime. */
export function createTestRegistry(hooks: { onPure?: (name: string) => void } = {}): HandlerRegistry {
  const onEvent = (kind: 'comment' | 'message') =>
    defineHandler(
      defineNode({
        ...base,
        type: `test/${kind}-received`,
        title: kind,
        category: 'trigger',
        role: 'trigger',
        effect: 'pure',
        config: Type.Object({ connection: Type.String(), word: Type.Optional(Type.String()) }),
        ports: { matched: port },
        connections: [{ field: 'connection', platform: 'instagram', scopes: [] }],
        events: [`instagram/${kind}`],
      }),
      {
        match: ({ config, event }) => {
          const text = String(event.data['text'] ?? '');
          return config.word === undefined || text.includes(config.word)
            ? { output: event.data, specificity: config.word === undefined ? 0 : 1 }
            : { reason: `"${config.word}" is not in the text.` };
        },
      },
    );
  return createHandlerRegistry([
    // Loops, calls, approvals, named events: the nodes that people use.
    ...builtInHandlers.filter((handler) => handler.definition.type.startsWith('core/')),
    onEvent('comment'),
    onEvent('message'),
    defineHandler(
      defineNode({
        ...base,
        type: 'test/started',
        title: 'Manual',
        category: 'trigger',
        role: 'trigger',
        effect: 'pure',
        config: Type.Object({ cron: Type.Optional(Type.String()), timeZone: Type.Optional(Type.String()) }),
        ports: { started: port },
        events: ['core/manual', 'core/schedule'],
      }),
      { match: ({ event }) => ({ output: event.data, specificity: 0 }) },
    ),
    defineHandler(
      defineNode({
        ...base,
        type: 'test/send',
        title: 'Send',
        category: 'message',
        effect: 'send',
        config: Type.Object({
          connection: Type.String(),
          kind: Type.Enum(['commentReply', 'privateReply', 'message']),
          text: Type.String(),
        }),
        ports: { sent: port },
        connections: [{ field: 'connection', platform: 'instagram', scopes: [] }],
      }),
      {
        run: async (context) => {
          const { config, contact, trigger } = context;
          const commentId = (trigger as { commentId?: string } | null)?.commentId ?? '';
          let platformId: string | null = null;
          // "one|two" is two bubbles.
          for (const [index, text] of config.text.split('|').entries()) {
            const message = { kind: 'text', text } as const;
            const action =
              config.kind === 'commentReply'
                ? ({ kind: 'commentReply', commentId, text } as const)
                : config.kind === 'privateReply'
                  ? ({ kind: 'privateReply', commentId, message } as const)
                  : ({ kind: 'message', to: contact?.platformId ?? '', message } as const);
            const receipt = await context.send({ key: String(index + 1), connection: config.connection, action });
            platformId = receipt.platformId;
          }
          return done('sent', { platformId });
        },
      },
    ),
    defineHandler(
      defineNode({
        ...base,
        type: 'test/ask',
        title: 'Ask',
        category: 'logic',
        effect: 'pure',
        config: Type.Object({ waitMs: Type.Integer(), mergeMs: Type.Integer() }),
        ports: { replied: port, timeout: port },
        lint: { waitsForReply: true },
      }),
      {
        run: ({ config, resumed, nowMs }) => {
          if (resumed === undefined)
            return suspend({ kind: 'reply', dueAtMs: nowMs + config.waitMs, mergeMs: config.mergeMs });
          return resumed.kind === 'replied' ? done('replied', resumed.reply) : done('timeout');
        },
      },
    ),
    defineHandler(
      defineNode({
        ...base,
        type: 'test/delay',
        title: 'Delay',
        category: 'logic',
        effect: 'pure',
        config: Type.Object({ ms: Type.Integer() }),
        ports: { done: port },
      }),
      {
        run: ({ config, resumed, nowMs }) =>
          resumed === undefined ? suspend({ kind: 'time', dueAtMs: nowMs + config.ms }) : done('done'),
      },
    ),
    defineHandler(
      defineNode({
        ...base,
        type: 'test/note',
        title: 'Note',
        category: 'data',
        effect: 'pure',
        config: Type.Object({ text: Type.Optional(Type.String()) }),
        ports: { done: port },
      }),
      {
        run: ({ config, input }) => {
          hooks.onPure?.(config.text ?? '');
          return done('done', { text: config.text ?? '', input });
        },
      },
    ),
    defineHandler(
      defineNode({
        ...base,
        type: 'test/tag',
        title: 'Tag',
        category: 'data',
        effect: 'pure',
        config: Type.Object({ tag: Type.String() }),
        ports: { done: port },
      }),
      {
        run: async ({ config, contacts }) => {
          hooks.onPure?.(config.tag);
          await contacts.addTag(config.tag);
          return done('done');
        },
      },
    ),
  ]);
}
