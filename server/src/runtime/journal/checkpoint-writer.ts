import { createGatherer } from '../batching/gather.ts';
import type { Database } from '../../database/index.ts';
import type { Clock } from '../clock.ts';
import { toJsonb } from '../jsonb.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { FlushOptions, FlushOutcome, PendingChanges } from './checkpoint.ts';
import { putTogether, toCheckpointRequest, type CheckpointRequest } from './checkpoint-rows.ts';
import { giveCounterSlotBack, takeCounterSlot } from './counter-slots.ts';
import { TurnLostError } from './turn-lost-error.ts';

/** Writes the checkpoints of the turns of one process. Those of one workspace that come together share a transaction. */
export interface CheckpointWriter {
  /**
   * Every change of a turn since its last checkpoint, guarded by the fence of the subject and the version of each snapshot.
   *
   * @returns When committed. @throws TurnLostError and nothing is written.
   */
  write(claim: Claim, changes: PendingChanges, options: FlushOptions): Promise<FlushOutcome>;
}

interface DatabaseAndClock {
  readonly database: Database;
  readonly clock: Clock;
}

/** Commits under way at once: one is worked on by the database while the next one gathers here. */
const MAX_COMMITS = 2;
/** Turns per commit: larger groups make everybody wait for the largest. */
const MAX_TURNS = 64;

/** @param onWork Told when a checkpoint may have given this or another mailbox something to do at once. */
export function createCheckpointWriter(deps: DatabaseAndClock, onWork: () => void): CheckpointWriter {
  const gatherer = createGatherer<CheckpointRequest, FlushOutcome>({
    groupOf: (request) => request.workspaceId,
    serve: (requests) => writeTogether(deps, requests),
    mostUnderWay: MAX_COMMITS,
    worthAnother: MAX_TURNS / 4,
    mostItems: MAX_TURNS,
    mayBeOneOf: isFaultOfOne,
  });
  return {
    async write(claim, changes, options) {
      const request = toCheckpointRequest(claim, changes, options);
      if (request.isAlone) {
        const [outcome] = await writeTogether(deps, [request]);
        if (outcome === undefined) throw new Error('heddle.write_checkpoints gave no row');
        // Only these reach into other mailboxes.
        onWork();
        return outcome;
      }
      const outcome = await gatherer.add(request);
      if ((options.releaseAtMs ?? Infinity) <= deps.clock.nowMs()) onWork();
      return outcome;
    },
  };
}

interface OutcomeRow {
  readonly t: number;
  readonly posted: string | null;
  readonly bucket: string | null;
  readonly at_ms: number | null;
}

/** One transaction, one round trip. @throws TurnLostError when one of them is no longer its turn's; then nothing is written of any. */
async function writeTogether(deps: DatabaseAndClock, unordered: readonly CheckpointRequest[]): Promise<FlushOutcome[]> {
  // In every process in the same order: rows that a worker which lost its lease still tries to write are locked in it.
  const requests = unordered.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
  const { turns, changes } = putTogether(requests);
  const slot = takeCounterSlot();
  try {
    const { rows } = await deps.database.pool.query<OutcomeRow>({
      name: 'heddle-checkpoint',
      text: 'select * from heddle.write_checkpoints($1::uuid, $2::timestamptz, $3::smallint, $4::jsonb, $5::jsonb)',
      values: [requests[0]?.workspaceId, new Date(deps.clock.nowMs()), slot, JSON.stringify(turns), toJsonb(changes)],
    });
    const outcomes = new Map(rows.map((row) => [requests[row.t], toOutcome(row)]));
    return unordered.map((request) => {
      const outcome = outcomes.get(request);
      if (outcome === undefined) throw new Error('heddle.write_checkpoints left a turn out');
      return outcome;
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'HD001') throw new TurnLostError(error.message);
    throw error;
  } finally {
    giveCounterSlotBack(slot);
  }
}

function toOutcome({ posted, bucket, at_ms }: OutcomeRow): FlushOutcome {
  if (bucket !== null && at_ms !== null) return { kind: 'overBudget', bucket, atMs: at_ms };
  return { kind: 'written', posted: posted ?? '' };
}

/** A turn that is no longer somebody's, data that Postgres refuses (SQLSTATE classes 22, 23 and 54), a deadlock (40). */
function isFaultOfOne(error: unknown): boolean {
  if (error instanceof TurnLostError) return true;
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?:22|23|40|54)/.test(error.code)
  );
}
