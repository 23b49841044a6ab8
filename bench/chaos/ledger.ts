import type { LedgerEntry, LedgerPage } from '../../nodes/src/instagram/sandbox/index.ts';
import type { SandboxProcess } from '../product/start-sandbox.ts';

/** Everything that the platform accepted, oldest first. */
export async function readLedger(sandbox: SandboxProcess): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: LedgerPage = await sandbox.control<LedgerPage>('GET', `/ledger?after=${after}&limit=1000`);
    entries.push(...page.entries);
    after = page.nextAfter;
  }
  return entries;
}
