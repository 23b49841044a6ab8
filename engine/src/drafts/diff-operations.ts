import { FlowError, type DraftOperation, type FlowDocument, type FlowNode } from '@heddle/schemas';
import { applyOperations, sameEdge } from './apply-operation.ts';
import { jsonEqual } from './json-equal.ts';

/**
 * Operations that turn one document into another: the smallest named ones where they can say it, else `replaceDocument`.
 *
 * @returns Applied to `before` in order they give `after`. Empty when both are the same.
 */
export function diffOperations(before: FlowDocument, after: FlowDocument): DraftOperation[] {
  if (jsonEqual(before, after)) return [];
  const operations = [...headOperations(before, after), ...nodeOperations(before, after)];
  try {
    const named = [...operations, ...edgeOperations(applyOperations(before, operations).document, after)];
    if (jsonEqual(applyOperations(before, named).document, after)) return named;
  } catch (error) {
    // Drafts may hold what no operation would make, such as an edge that leads nowhere.
    if (!(error instanceof FlowError)) throw error;
  }
  return [{ kind: 'replaceDocument', document: after }];
}

function headOperations(before: FlowDocument, after: FlowDocument): DraftOperation[] {
  const operations: DraftOperation[] = [];
  if (before.name !== after.name) operations.push({ kind: 'setName', name: after.name });
  if (before.description !== after.description)
    operations.push({ kind: 'setDescription', description: after.description ?? null });
  for (const [name, input] of changedEntries(before.inputs, after.inputs))
    operations.push({ kind: 'setInput', name, input });
  for (const [name, slot] of changedEntries(before.connections, after.connections))
    operations.push({ kind: 'setSlot', name, slot });
  if (!jsonEqual(before.settings, after.settings))
    operations.push({ kind: 'setSettings', settings: after.settings ?? {} });
  if (!jsonEqual(before.tests, after.tests)) operations.push({ kind: 'setTests', tests: after.tests ?? [] });
  const notes = (document: FlowDocument) => Object.fromEntries((document.notes ?? []).map((note) => [note.id, note]));
  for (const [id, note] of changedEntries(notes(before), notes(after))) operations.push({ kind: 'setNote', id, note });
  return operations;
}

function nodeOperations(before: FlowDocument, after: FlowDocument): DraftOperation[] {
  const operations: DraftOperation[] = [];
  const moved: Extract<DraftOperation, { kind: 'moveNodes' }>['to'] = {};
  for (const id of Object.keys(before.nodes))
    if (!Object.hasOwn(after.nodes, id)) operations.push({ kind: 'removeNode', id });
  for (const [id, node] of Object.entries(after.nodes)) {
    const at = after.layout?.[id];
    const old = Object.hasOwn(before.nodes, id) ? before.nodes[id] : undefined;
    if (old === undefined) operations.push({ kind: 'addNode', id, node, ...(at === undefined ? {} : { at }) });
    else {
      operations.push(...changesOfNode(id, old, node));
      if (!jsonEqual(before.layout?.[id], at)) moved[id] = at ?? null;
    }
  }
  return Object.keys(moved).length === 0 ? operations : [...operations, { kind: 'moveNodes', to: moved }];
}

function changesOfNode(id: string, before: FlowNode, after: FlowNode): DraftOperation[] {
  const operations: DraftOperation[] = [];
  if (!jsonEqual(before.config, after.config)) operations.push({ kind: 'setConfig', id, config: after.config });
  if (before.label !== after.label) operations.push({ kind: 'setLabel', id, label: after.label ?? null });
  if (!jsonEqual(before.retry, after.retry)) operations.push({ kind: 'setRetry', id, retry: after.retry ?? null });
  if (before.isDisabled !== after.isDisabled)
    operations.push({ kind: 'setDisabled', id, isDisabled: after.isDisabled === true });
  if (!jsonEqual(before.pin, after.pin)) operations.push({ kind: 'setPin', id, pin: after.pin ?? null });
  return operations;
}

/** Removed edges first, then each new one at its place. */
function edgeOperations(before: FlowDocument, after: FlowDocument): DraftOperation[] {
  const removed = before.edges.filter((edge) => !after.edges.some((other) => sameEdge(edge, other)));
  const added = after.edges.flatMap((edge, index): DraftOperation[] =>
    before.edges.some((other) => sameEdge(edge, other)) ? [] : [{ kind: 'connect', edge, index }],
  );
  return [...removed.map((edge): DraftOperation => ({ kind: 'disconnect', edge })), ...added];
}

/** New value of every entry that differs; null for one that is gone. */
function changedEntries<Entry>(
  before: Readonly<Record<string, Entry>> | undefined,
  after: Readonly<Record<string, Entry>> | undefined,
): [string, Entry | null][] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((name): [string, Entry | null][] => {
    const [old, now] = [before?.[name], after?.[name]];
    return jsonEqual(old, now) ? [] : [[name, now ?? null]];
  });
}
