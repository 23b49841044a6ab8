import type { FlowDocument, FlowTestEvent, JsonObject } from '@heddle/schemas';
import type { RecordedFlow, Story } from '../record-flow.ts';

type Node = FlowDocument['nodes'][string];

/** A node of version 1 with its config, and what else it needs. */
export function node(type: string, config: JsonObject = {}, more: Partial<Node> = {}): Node {
  return { type, v: 1, config, ...more };
}

/** A flow with one slot, `shop`. @param edges `node.port > node`. */
export function flow(
  name: string,
  nodes: FlowDocument['nodes'],
  edges: readonly string[],
  settings?: FlowDocument['settings'],
): FlowDocument {
  return {
    formatVersion: 1,
    name,
    connections: { shop: { platform: 'instagram', label: 'Shop' } },
    nodes,
    edges: edges.map((edge) => {
      const [from = '', to = ''] = edge.split(' > ');
      return { from, to };
    }),
    ...(settings === undefined ? {} : { settings }),
  };
}

export const wrote = (text: string, afterMs?: number): FlowTestEvent => event('instagram/message', { text }, afterMs);
export const commented = (text: string): FlowTestEvent => event('instagram/comment', { text });
export const started = (data: JsonObject = {}): FlowTestEvent => event('core/manual', data);
/** Lets time pass. */
export const after = (afterMs: number): FlowTestEvent => ({ kind: 'time', afterMs });
export const event = (kind: string, data: JsonObject, afterMs?: number): FlowTestEvent => ({
  kind,
  data,
  ...(afterMs === undefined ? {} : { afterMs }),
});

export const story = (what: string, events: readonly FlowTestEvent[], more: Partial<Story['given']> = {}): Story => ({
  what,
  given: { events, ...more },
});

/** A flow of one trigger for messages, for the commonest shape. */
export const onMessage = node('instagram/message-received', {
  connection: '@shop',
  match: 'any',
  keywords: [],
  payloads: [],
  stories: 'include',
});
export const onComment = node('instagram/comment-received', {
  connection: '@shop',
  match: 'any',
  keywords: [],
  posts: 'any',
  includeReplies: false,
});
export const byHand = node('core/manual');
export const say = (text: string, more: Partial<Node> = {}): Node =>
  node('instagram/send-message', { connection: '@shop', parts: [{ kind: 'text', text }] }, more);
export const tag = (name: string): Node => node('contacts/tag', { add: [name], remove: [] });
export const set = (name: string, value: string): Node => node('core/set-fields', { values: [{ name, value }] });

export type Recorded = RecordedFlow;
