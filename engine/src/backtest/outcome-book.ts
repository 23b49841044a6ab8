import { jsonEqual } from '../drafts/index.ts';
import type { RecordedRead, RecordedSend } from './recorded.ts';

/** Hands out what the outside said, each answer once, and the last one again when a draft asks more often. */
export interface OutcomeBook {
  findRead(node: string, input: unknown): RecordedRead | undefined;
  /** @param key Of the send: a second try of it gets the same answer. */
  findSend(key: string, node: string, action: unknown): RecordedSend | undefined;
}

export function createOutcomeBook(reads: readonly RecordedRead[], sends: readonly RecordedSend[]): OutcomeBook {
  const used = new Set<object>();
  const take = <T extends object>(matches: readonly T[]): T | undefined => {
    const found = matches.find((match) => !used.has(match)) ?? matches.at(-1);
    if (found !== undefined) used.add(found);
    return found;
  };
  const byKey = new Map<string, RecordedSend | undefined>();
  return {
    findRead: (node, input) => take(reads.filter((read) => read.node === node && jsonEqual(read.input, input))),
    findSend: (key, node, action) => {
      if (!byKey.has(key))
        byKey.set(key, take(sends.filter((send) => send.node === node && jsonEqual(send.action, action))));
      return byKey.get(key);
    },
  };
}
