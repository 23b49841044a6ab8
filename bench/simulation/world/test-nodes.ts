/** Node types that the built-in ones have no match for: each awaits in a way of its own. */
import { defineHandler, defineNode, done } from '@heddle/engine';
import { FlowError, type JsonObject, type NodeDefinition } from '@heddle/schemas';

const any = { type: 'object' };

/** A config of whole numbers. TypeBox, whose schemas are JSON Schema documents, is no dependency of this folder. */
function numbers(...names: string[]): NodeDefinition['config'] {
  const schema: JsonObject = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'integer', minimum: 0, maximum: 5 }])),
    required: names,
    additionalProperties: false,
  };
  return schema as unknown as NodeDefinition['config'];
}

const numberOf = (config: object, name: string): number => Number((config as JsonObject)[name]);
const base = { version: 1, icon: 'circle', category: 'logic' } as const;

/** Asks the platform twice; a worker may die between the two. */
export const look = defineHandler(
  defineNode({
    ...base,
    type: 'simulation/look',
    title: 'Look',
    summary: 'Reads twice from the platform',
    effect: 'read',
    config: numbers(),
    ports: { done: { title: 'Done', output: any } },
  }),
  {
    run: async ({ read }) => {
      const first = await read('@shop', 'profile', {});
      const second = await read('@shop', 'profile', {});
      return done('done', { first, second });
    },
  },
);

/** Fails on its first `times` attempts. */
export const falter = defineHandler(
  defineNode({
    ...base,
    type: 'simulation/falter',
    title: 'Falter',
    summary: 'Fails a few times',
    effect: 'pure',
    config: numbers('times', 'isCrash'),
    ports: { done: { title: 'Done', output: any } },
  }),
  {
    run: ({ config, run, nowMs }) => {
      if (run.attempt > numberOf(config, 'times')) return done('done', { attempt: run.attempt });
      if (numberOf(config, 'isCrash') === 1) throw new TypeError('A fault of the plugin.');
      throw run.attempt % 2 === 1
        ? new FlowError('PLATFORM_UNAVAILABLE', 'Busy.')
        : new FlowError('PLATFORM_RATE_LIMITED', 'Slow down.', { retryAtMs: nowMs + 5_000 });
    },
  },
);

/** Sends a message, reads, sends another: both keys of one visit, with a read in between. */
export const chat = defineHandler(
  defineNode({
    ...base,
    type: 'simulation/chat',
    title: 'Chat',
    summary: 'Sends, reads, sends',
    effect: 'send',
    config: numbers('count'),
    ports: { done: { title: 'Done', output: any } },
  }),
  {
    run: async ({ config, contact, run, send, read }) => {
      const to = contact?.platformId ?? '';
      for (let key = 1; key <= numberOf(config, 'count'); key += 1) {
        await send({
          key: String(key),
          connection: '@shop',
          action: { kind: 'message', to, message: { kind: 'text', text: `${run.id} ${run.node} ${run.visit} ${key}` } },
        });
        await read('@shop', 'profile', {});
      }
      return done('done');
    },
  },
);
