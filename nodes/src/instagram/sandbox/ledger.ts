import type { SandboxCore } from './core.ts';
import type { LedgerEntry, LedgerPage } from './customer-api.ts';

/** Records something that the platform accepted, within the transaction that accepted it. */
export function addToLedger(core: SandboxCore, entry: Omit<LedgerEntry, 'seq' | 'atMs'>): void {
  const seq = core.state.ledger.size + 1; // entries are never removed but by a reset, so the size is the last number
  core.state.ledger.put(String(seq), { ...entry, seq, atMs: core.nowMs() });
}

/** @param after last `seq` already read, 0 for the beginning. */
export function readLedger(
  core: SandboxCore,
  { after, limit, kind }: { after: number; limit: number; kind: string | null },
): LedgerPage {
  const entries: LedgerEntry[] = [];
  let seq = after;
  while (entries.length < limit) {
    const entry = core.state.ledger.find(String(seq + 1));
    if (!entry) return { entries, nextAfter: null };
    seq += 1;
    if (kind === null || entry.kind === kind) entries.push(entry);
  }
  return { entries, nextAfter: seq < core.state.ledger.size ? seq : null };
}
