import { FlowError, type DraftOperation, type FlowDocument, type FlowEdge, type FlowNode } from '@heddle/schemas';

/** A changed document, and the operations that undo the change, in the order in which they must be applied. */
export interface AppliedOperation {
  readonly document: FlowDocument;
  readonly inverse: DraftOperation[];
}

type Operation<Kind extends DraftOperation['kind']> = Extract<DraftOperation, { kind: Kind }>;
type NodeOperation = Operation<'setConfig' | 'setLabel' | 'setRetry' | 'setDisabled' | 'setPin'>;

/**
 * Applies one change to a draft. Pure: parts that do not change keep their identity.
 *
 * Empty optional parts (`layout`, `notes`, `inputs` …) are left out of the result, so that a draft has one form.
 *
 * @throws FlowError `FLOW_OPERATION_INVALID` when it names something that is not there, or adds something that is.
 */
export function applyOperation(document: FlowDocument, operation: DraftOperation): AppliedOperation {
  switch (operation.kind) {
    case 'addNode':
      return addNode(document, operation);
    case 'removeNode':
      return removeNode(document, operation.id);
    case 'moveNodes':
      return moveNodes(document, operation.to);
    case 'setConfig':
    case 'setLabel':
    case 'setRetry':
    case 'setDisabled':
    case 'setPin':
      return changeNode(document, operation);
    case 'connect':
      return connect(document, operation);
    case 'disconnect':
      return disconnect(document, operation.edge);
    case 'setName':
      return { document: { ...document, name: operation.name }, inverse: [{ kind: 'setName', name: document.name }] };
    case 'setDescription': {
      const { description, ...rest } = document;
      const next =
        operation.description === null || operation.description === ''
          ? rest
          : { ...rest, description: operation.description };
      return { document: next, inverse: [{ kind: 'setDescription', description: description ?? null }] };
    }
    case 'setInput': {
      const { entries, old } = changeEntry(document.inputs, operation.name, operation.input);
      return {
        document: withPart(document, 'inputs', entries),
        inverse: [{ kind: 'setInput', name: operation.name, input: old }],
      };
    }
    case 'setSlot': {
      const { entries, old } = changeEntry(document.connections, operation.name, operation.slot);
      return {
        document: withPart(document, 'connections', entries),
        inverse: [{ kind: 'setSlot', name: operation.name, slot: old }],
      };
    }
    case 'setSettings':
      return {
        document: withPart(document, 'settings', operation.settings),
        inverse: [{ kind: 'setSettings', settings: document.settings ?? {} }],
      };
    case 'setNote':
      return setNote(document, operation);
    case 'setTests':
      return {
        document: withPart(document, 'tests', operation.tests),
        inverse: [{ kind: 'setTests', tests: document.tests ?? [] }],
      };
    case 'replaceDocument':
      return { document: operation.document, inverse: [{ kind: 'replaceDocument', document }] };
    default:
      return assertNever(operation);
  }
}

/** Applies operations in order, all or none. @throws FlowError `FLOW_OPERATION_INVALID`. */
export function applyOperations(document: FlowDocument, operations: readonly DraftOperation[]): AppliedOperation {
  let current = document;
  const inverses: DraftOperation[][] = [];
  for (const operation of operations) {
    const applied = applyOperation(current, operation);
    current = applied.document;
    inverses.push(applied.inverse);
  }
  return { document: current, inverse: inverses.reverse().flat() };
}

function addNode(document: FlowDocument, { id, node, at }: Operation<'addNode'>): AppliedOperation {
  if (Object.hasOwn(document.nodes, id)) throw invalid(`There is a node "${id}" already.`);
  const next = { ...document, nodes: { ...document.nodes, [id]: node } };
  return {
    document: at === undefined ? next : withPart(next, 'layout', { ...document.layout, [id]: at }),
    inverse: [{ kind: 'removeNode', id }],
  };
}

function removeNode(document: FlowDocument, id: string): AppliedOperation {
  const node = getNode(document, id);
  const { [id]: _removed, ...nodes } = document.nodes;
  const { [id]: at, ...layout } = document.layout ?? {};
  const edges: FlowEdge[] = [];
  const inverse: DraftOperation[] = [{ kind: 'addNode', id, node, ...(at === undefined ? {} : { at }) }];
  let canReconnect = true;
  document.edges.forEach((edge, index) => {
    if (edge.to !== id && sourceOf(edge) !== id) {
      edges.push(edge);
      return;
    }
    canReconnect &&= canConnect(document, edge);
    inverse.push({ kind: 'connect', edge, index });
  });
  const next = withPart({ ...document, nodes, edges }, 'layout', layout);
  // A draft may hold edges that lead nowhere or stand twice; "connect" would refuse to bring them back.
  return { document: next, inverse: canReconnect ? inverse : [{ kind: 'replaceDocument', document }] };
}

function moveNodes(document: FlowDocument, to: Operation<'moveNodes'>['to']): AppliedOperation {
  const layout = { ...document.layout };
  const back: Operation<'moveNodes'>['to'] = {};
  for (const [id, at] of Object.entries(to)) {
    getNode(document, id);
    back[id] = (Object.hasOwn(layout, id) ? layout[id] : undefined) ?? null;
    if (at === null) delete layout[id];
    else layout[id] = at;
  }
  return { document: withPart(document, 'layout', layout), inverse: [{ kind: 'moveNodes', to: back }] };
}

function changeNode(document: FlowDocument, operation: NodeOperation): AppliedOperation {
  const { id } = operation;
  const node = getNode(document, id);
  const { next, inverse } = changedNode(node, operation);
  return { document: { ...document, nodes: { ...document.nodes, [id]: next } }, inverse: [inverse] };
}

function changedNode(node: FlowNode, operation: NodeOperation): { next: FlowNode; inverse: DraftOperation } {
  const { id } = operation;
  switch (operation.kind) {
    case 'setConfig':
      return { next: { ...node, config: operation.config }, inverse: { kind: 'setConfig', id, config: node.config } };
    case 'setLabel': {
      const { label, ...rest } = node;
      return {
        next: operation.label === null || operation.label === '' ? rest : { ...rest, label: operation.label },
        inverse: { kind: 'setLabel', id, label: label ?? null },
      };
    }
    case 'setRetry': {
      const { retry, ...rest } = node;
      return {
        next: operation.retry === null ? rest : { ...rest, retry: operation.retry },
        inverse: { kind: 'setRetry', id, retry: retry ?? null },
      };
    }
    case 'setDisabled': {
      const { isDisabled, ...rest } = node;
      return {
        next: operation.isDisabled ? { ...rest, isDisabled: true } : rest,
        inverse: { kind: 'setDisabled', id, isDisabled: isDisabled === true },
      };
    }
    case 'setPin': {
      const { pin, ...rest } = node;
      return {
        next: operation.pin === null ? rest : { ...rest, pin: operation.pin },
        inverse: { kind: 'setPin', id, pin: pin ?? null },
      };
    }
  }
}

function connect(document: FlowDocument, { edge, index }: Operation<'connect'>): AppliedOperation {
  getNode(document, sourceOf(edge));
  getNode(document, edge.to);
  if (findEdge(document, edge) !== -1) throw invalid(`"${edge.from}" is connected to "${edge.to}" already.`);
  return {
    document: { ...document, edges: document.edges.toSpliced(index ?? document.edges.length, 0, edge) },
    inverse: [{ kind: 'disconnect', edge }],
  };
}

function disconnect(document: FlowDocument, edge: FlowEdge): AppliedOperation {
  const index = findEdge(document, edge);
  if (index === -1) throw invalid(`"${edge.from}" is not connected to "${edge.to}".`);
  const inverse: DraftOperation = canConnect(document, edge)
    ? { kind: 'connect', edge, index }
    : { kind: 'replaceDocument', document };
  return { document: { ...document, edges: document.edges.toSpliced(index, 1) }, inverse: [inverse] };
}

function setNote(document: FlowDocument, { id, note, index }: Operation<'setNote'>): AppliedOperation {
  if (note !== null && note.id !== id) throw invalid(`The note "${note.id}" cannot be kept under "${id}".`);
  const notes = document.notes ?? [];
  const at = notes.findIndex((candidate) => candidate.id === id);
  const old = notes[at] ?? null;
  if (note === null && old === null) throw invalid(`There is no note "${id}".`);
  const rest = old === null ? notes : notes.toSpliced(at, 1);
  const place = index ?? (old === null ? rest.length : at);
  const inverse: DraftOperation = { kind: 'setNote', id, note: old, ...(old === null ? {} : { index: at }) };
  return {
    document: withPart(document, 'notes', note === null ? rest : rest.toSpliced(place, 0, note)),
    inverse: [inverse],
  };
}

const ENTRY_NAME = /^[a-z][a-zA-Z0-9_]{0,63}$/u;

function changeEntry<Entry>(
  entries: Readonly<Record<string, Entry>> | undefined,
  name: string,
  entry: Entry | null,
): { entries: Record<string, Entry>; old: Entry | null } {
  if (!ENTRY_NAME.test(name))
    throw invalid(
      `"${name}" is no name: it begins with a small letter and has only letters, digits and "_", at most 64.`,
    );
  const { [name]: old, ...rest } = entries ?? {};
  return { entries: entry === null ? rest : { ...entries, [name]: entry }, old: old ?? null };
}

type OptionalPart = 'inputs' | 'connections' | 'settings' | 'layout' | 'notes' | 'tests';

/** Sets an optional part; an empty one is left out. */
function withPart<Part extends OptionalPart>(
  document: FlowDocument,
  part: Part,
  value: NonNullable<FlowDocument[Part]>,
): FlowDocument {
  if (Object.keys(value).length > 0) return { ...document, [part]: value };
  const { [part]: _empty, ...rest } = document;
  // Only an optional part was taken out, so what remains is a document.
  return rest as FlowDocument;
}

/** True when "connect" would accept the edge once it is gone: both ends are there and it stands once. */
function canConnect(document: FlowDocument, edge: FlowEdge): boolean {
  const times = document.edges.filter((candidate) => sameEdge(candidate, edge)).length;
  return times === 1 && Object.hasOwn(document.nodes, edge.to) && Object.hasOwn(document.nodes, sourceOf(edge));
}

function findEdge(document: FlowDocument, edge: FlowEdge): number {
  return document.edges.findIndex((candidate) => sameEdge(candidate, edge));
}

/** Two edges with the same ends are the same edge. */
export function sameEdge(a: FlowEdge, b: FlowEdge): boolean {
  return a.from === b.from && a.to === b.to;
}

function sourceOf(edge: FlowEdge): string {
  return edge.from.slice(0, edge.from.indexOf('.'));
}

function getNode(document: FlowDocument, id: string): FlowNode {
  const node = Object.hasOwn(document.nodes, id) ? document.nodes[id] : undefined;
  if (node === undefined) throw invalid(`There is no node "${id}".`);
  return node;
}

function invalid(message: string): FlowError {
  return new FlowError('FLOW_OPERATION_INVALID', message);
}

function assertNever(operation: never): never {
  throw invalid(`Unknown change ${JSON.stringify(operation)}.`);
}
