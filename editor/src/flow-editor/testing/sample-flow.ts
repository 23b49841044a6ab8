/** A small catalog and flow for the tests of the editor, so that they do not depend on the built-in plugins. */
import type { FlowDocument, JsonObject, NodeDefinitionData } from '@heddle/schemas';
import { createNodeCatalog } from '../model/node-catalog.ts';

const text: JsonObject = {
  type: 'object',
  properties: { text: { type: 'string', title: 'Text' }, messageId: { type: 'string', title: 'Message id' } },
};

function define(type: string, part: Partial<NodeDefinitionData>): NodeDefinitionData {
  return {
    type,
    version: 1,
    title: type,
    summary: `What ${type} does.`,
    icon: 'box',
    category: 'logic',
    role: 'node',
    effect: 'pure',
    config: { type: 'object', properties: {} },
    ports: { done: { title: 'Done', tone: 'positive', output: text } },
    connections: [],
    services: [],
    events: [],
    lint: {},
    defaults: {},
    timeoutMs: 1000,
    ...part,
  };
}

export const commentTrigger = define('demo/comment', {
  title: 'When someone comments',
  category: 'trigger',
  role: 'trigger',
  events: ['demo/comment'],
  config: {
    type: 'object',
    required: ['connection'],
    properties: { connection: { type: 'string', 'x-widget': 'connection' } },
  },
  connections: [{ field: 'connection', platform: 'demo', scopes: [] }],
  ports: {
    matched: {
      title: 'Fits',
      output: {
        type: 'object',
        properties: {
          commentId: { type: 'string', title: 'Comment id' },
          text: { type: ['string', 'null'], title: 'Comment text' },
        },
      },
    },
  },
});

export const sendMessage = define('demo/send-message', {
  title: 'Send a message',
  category: 'message',
  effect: 'send',
  config: {
    type: 'object',
    required: ['connection', 'text'],
    properties: { connection: { type: 'string' }, text: { type: 'string', minLength: 1 } },
  },
  connections: [{ field: 'connection', platform: 'demo', scopes: [] }],
  defaults: { text: '' },
  ports: {
    sent: { title: 'Sent', tone: 'positive', output: text },
    closed: { title: 'Window closed', tone: 'negative', output: { type: 'object' } },
  },
});

export const ask = define('demo/ask', {
  title: 'Ask',
  portsFrom: { path: 'choices', idKey: 'id', titleKey: 'label', output: text },
  lint: { waitsForReply: true },
  ports: { answered: { title: 'Answered', tone: 'positive', output: text } },
});

export const setVariable = define('demo/set', {
  title: 'Set a variable',
  category: 'data',
  config: {
    type: 'object',
    properties: {
      values: {
        type: 'array',
        items: { type: 'object', properties: { name: { type: 'string', 'x-assigns': 'vars' }, value: {} } },
      },
    },
  },
});

export const catalog = createNodeCatalog([commentTrigger, sendMessage, ask, setVariable]);

/** asked → reply → ask → set; the error of reply leads to tell. */
export function sampleFlow(): FlowDocument {
  return {
    formatVersion: 1,
    name: 'Sample',
    inputs: { price: { type: 'number', label: 'Price' } },
    connections: { shop: { platform: 'demo', label: 'Shop' } },
    nodes: {
      asked: { type: 'demo/comment', v: 1, config: { connection: '@shop' } },
      reply: { type: 'demo/send-message', v: 1, config: { connection: '@shop', text: 'Hi' } },
      ask: { type: 'demo/ask', v: 1, config: { choices: [{ id: 'yes', label: 'Yes please' }] } },
      set: { type: 'demo/set', v: 1, config: { values: [{ name: 'color', value: '{{ nodes.ask.text }}' }] } },
      tell: { type: 'demo/send-message', v: 1, config: { connection: '@shop', text: '{{ error.message }}' } },
    },
    edges: [
      { from: 'asked.matched', to: 'reply' },
      { from: 'reply.sent', to: 'ask' },
      { from: 'ask.yes', to: 'set' },
      { from: 'reply.error', to: 'tell' },
    ],
    layout: { asked: [0, 0], reply: [376, 0], ask: [752, 0], set: [1128, 0], tell: [752, 300] },
  };
}
