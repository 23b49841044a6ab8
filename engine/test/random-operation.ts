import type { DraftOperation, FlowDocument } from '@heddle/schemas';
import { newNodeId } from '../src/index.ts';
import type { Prng } from './prng.ts';
import { randomFlow } from './random-flow.ts';

/** Any operation that fits the document. */
export function randomOperation(random: Prng, document: FlowDocument): DraftOperation {
  const ids = Object.keys(document.nodes);
  const place = (): [number, number] => [random.int(1000), random.int(1000)];
  if (ids.length === 0) return { kind: 'addNode', id: 'first', node: { type: 'test/say', v: 1, config: {} } };
  const id = random.pick(ids);
  const noteIds = (document.notes ?? []).map((note) => note.id);
  const free = { from: `${id}.out`, to: random.pick(ids) };
  const isConnected = document.edges.some((edge) => edge.from === free.from && edge.to === free.to);
  const options: (() => DraftOperation)[] = [
    () => ({
      kind: 'addNode',
      id: newNodeId(document, 'test/say'),
      node: { type: 'test/say', v: 1, config: { text: 'new' } },
      ...(random.chance(0.5) ? { at: place() } : {}),
    }),
    () => ({ kind: 'removeNode', id }),
    () => ({ kind: 'moveNodes', to: { [id]: random.chance(0.2) ? null : place(), [random.pick(ids)]: place() } }),
    () => ({ kind: 'setConfig', id, config: { text: String(random.int(9)) } }),
    () => ({ kind: 'setLabel', id, label: random.pick([null, 'Label', 'Other']) }),
    () => ({
      kind: 'setRetry',
      id,
      retry: random.pick([null, { attempts: 2, backoff: 'constant' as const, baseMs: 100 }]),
    }),
    () => ({ kind: 'setDisabled', id, isDisabled: random.chance(0.5) }),
    () => ({ kind: 'setPin', id, pin: random.pick([null, { port: 'out', output: random.int(9) }]) }),
    () =>
      isConnected
        ? { kind: 'disconnect', edge: free }
        : {
            kind: 'connect',
            edge: free,
            ...(random.chance(0.5) ? { index: random.int(document.edges.length + 1) } : {}),
          },
    () => ({ kind: 'setName', name: random.pick(['One', 'Two']) }),
    () => ({ kind: 'setDescription', description: random.pick([null, 'Words']) }),
    () => ({
      kind: 'setInput',
      name: random.pick(['a', 'b']),
      input: random.pick([
        null,
        { type: 'text' as const, label: 'A' },
        { type: 'number' as const, label: 'B', default: 1 },
      ]),
    }),
    () => ({
      kind: 'setSlot',
      name: random.pick(['shop', 'team']),
      slot: random.pick([null, { platform: 'instagram', label: 'Shop' }]),
    }),
    () => ({ kind: 'setSettings', settings: random.pick([{}, { priority: 3 }, { cooldownMs: 5 }]) }),
    () => ({
      kind: 'setTests',
      tests: random.pick([[], [{ name: 't', given: { events: [{ kind: 'a/b' }] }, expect: [{ runs: 1 }] }]]),
    }),
    () => {
      const noteId = random.pick(['n1', 'n2', 'n3']);
      return {
        kind: 'setNote',
        id: noteId,
        note:
          noteIds.includes(noteId) && random.chance(0.5)
            ? null
            : { id: noteId, text: String(random.int(9)), at: place() },
        ...(random.chance(0.3) ? { index: 0 } : {}),
      };
    },
    () => ({ kind: 'replaceDocument', document: randomFlow(random) }),
  ];
  return random.pick(options)();
}
