import type { DraftOperation } from '@heddle/schemas';

/**
 * Leaves out operations that the next one of the same kind and target replaces, so that a sentence typed into a form is one change on
 * the wire. Only neighbours are joined: the order of different changes is kept. The result has the same effect.
 */
export function coalesceOperations(operations: readonly DraftOperation[]): DraftOperation[] {
  const kept: DraftOperation[] = [];
  for (const operation of operations) {
    const last = kept.at(-1);
    const joined = last === undefined ? undefined : join(last, operation);
    if (joined === undefined) kept.push(operation);
    else kept[kept.length - 1] = joined;
  }
  return kept;
}

function join(first: DraftOperation, second: DraftOperation): DraftOperation | undefined {
  if (first.kind === 'moveNodes' && second.kind === 'moveNodes')
    return { kind: 'moveNodes', to: { ...first.to, ...second.to } };
  const target = targetOf(second);
  return target !== undefined && targetOf(first) === target ? second : undefined;
}

/** What an operation sets as a whole; undefined when it does something else than set. */
function targetOf(operation: DraftOperation): string | undefined {
  switch (operation.kind) {
    case 'setConfig':
    case 'setLabel':
    case 'setRetry':
    case 'setDisabled':
    case 'setNote':
      return `${operation.kind} ${operation.id}`;
    case 'setInput':
    case 'setSlot':
      return `${operation.kind} ${operation.name}`;
    case 'setName':
    case 'setDescription':
    case 'setSettings':
    case 'setTests':
      return operation.kind;
    default:
      return undefined;
  }
}
