/** Turns "put a node here" into draft operations. */
import { newNodeId } from '@heddle/engine';
import type { DraftOperation, FlowDocument, FlowEdge, JsonObject, NodeDefinitionData } from '@heddle/schemas';
import { parseEdgeSource } from '@heddle/schemas';
import { portsOfNode } from './graph.ts';
import { freeName } from './free-name.ts';
import { CARD_GAP, CARD_WIDTH } from './card-size.ts';

/** A place on the canvas, in flow coordinates. */
export type Point = readonly [number, number];

/** Where a new node goes. */
export type Placement =
  | { readonly kind: 'free'; readonly at: Point }
  /** Joined to an exit of another node. */
  | { readonly kind: 'after'; readonly node: string; readonly port: string; readonly at: Point }
  /** Into the middle of an edge; what lies behind moves aside. */
  | { readonly kind: 'onEdge'; readonly edge: FlowEdge; readonly at: Point };

/** The operations, and the id of the node they add. */
export interface Addition {
  readonly id: string;
  readonly operations: DraftOperation[];
}

/**
 * Adds a node of a type with its default config. A connection that it needs is taken from a slot of the same platform; without one,
 * a slot is added too, so that the node is never born with an empty account.
 */
export function addNode(document: FlowDocument, definition: NodeDefinitionData, placement: Placement): Addition {
  const id = newNodeId(document, definition.type);
  const { config, slots } = configOfNewNode(document, definition);
  const [x, y] = placement.at;
  const node = { type: definition.type, v: definition.version, config };
  const operations: DraftOperation[] = [...slots, { kind: 'addNode', id, node, at: [Math.round(x), Math.round(y)] }];
  return { id, operations: [...operations, ...edgesOf(definition, id, config, placement)] };
}

function edgesOf(
  definition: NodeDefinitionData,
  id: string,
  config: JsonObject,
  placement: Placement,
): DraftOperation[] {
  if (definition.role === 'trigger' || placement.kind === 'free') return [];
  if (placement.kind === 'after')
    return [{ kind: 'connect', edge: { from: `${placement.node}.${placement.port}`, to: id } }];
  const exit = mainPort(definition, config);
  return [
    { kind: 'disconnect', edge: placement.edge },
    { kind: 'connect', edge: { from: placement.edge.from, to: id } },
    ...(exit === undefined
      ? []
      : [{ kind: 'connect' as const, edge: { from: `${id}.${exit}`, to: placement.edge.to } }]),
  ];
}

/** The exit by which a node is passed when all goes well: the first positive one, else the first. */
export function mainPort(definition: NodeDefinitionData, config: JsonObject): string | undefined {
  const ports = portsOfNode(definition, config).filter((port) => !port.isQuiet);
  return (ports.find((port) => port.tone === 'positive') ?? ports[0])?.name;
}

/** The first exit of a node that leads nowhere yet, for "add after the selected node"; its main one when all lead somewhere. */
export function openPort(document: FlowDocument, nodeId: string, definition: NodeDefinitionData): string | undefined {
  const node = document.nodes[nodeId];
  if (node === undefined) return undefined;
  const used = new Set(
    document.edges
      .map((edge) => parseEdgeSource(edge.from))
      .filter((source) => source.node === nodeId)
      .map((source) => source.port),
  );
  const main = mainPort(definition, node.config);
  if (main !== undefined && !used.has(main)) return main;
  const open = portsOfNode(definition, node.config).find((port) => !port.isQuiet && !used.has(port.name));
  return open?.name ?? main;
}

/** A place to the right of a node that no other card covers. */
export function placeAfter(layout: Readonly<Record<string, Point>>, nodeId: string): Point {
  const [x, y] = layout[nodeId] ?? [0, 0];
  const left = x + CARD_WIDTH + CARD_GAP;
  let top = y;
  const isCovered = () =>
    Object.values(layout).some(
      ([otherX, otherY]) => Math.abs(otherX - left) < CARD_WIDTH && Math.abs(otherY - top) < 150,
    );
  while (isCovered()) top += 40;
  return [left, top];
}

function configOfNewNode(
  document: FlowDocument,
  definition: NodeDefinitionData,
): { config: JsonObject; slots: DraftOperation[] } {
  const config: JsonObject = structuredClone(definition.defaults);
  const slots: DraftOperation[] = [];
  for (const need of definition.connections) {
    const known = Object.entries(document.connections ?? {}).find(([, slot]) => slot.platform === need.platform)?.[0];
    const added = slots.find((operation) => operation.kind === 'setSlot' && operation.slot?.platform === need.platform);
    const name = known ?? (added?.kind === 'setSlot' ? added.name : undefined);
    if (name !== undefined) {
      config[need.field] = `@${name}`;
      continue;
    }
    const slotName = freeName(need.platform.replaceAll(/[^a-zA-Z0-9_]/gu, ''), (taken) =>
      Object.hasOwn(document.connections ?? {}, taken),
    );
    slots.push({
      kind: 'setSlot',
      name: slotName,
      slot: { platform: need.platform, label: `Your ${titleCase(need.platform)} account` },
    });
    config[need.field] = `@${slotName}`;
  }
  return { config, slots };
}

/** `instagram` gives `Instagram`. */
export function titleCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}
