import { createGatherer } from '../batching/gather.ts';
import type { Database } from '../../database/index.ts';
import type { Clock } from '../clock.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { FlushOptions, FlushOutcome, PendingChanges } from './checkpoint.ts';
import { putTogether, toCheckpointRequest, type CheckpointRequest } from './checkpoint-rows.ts';
import { CHECKPOINT_SECTIONS } from './checkpoint-sections.ts';
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
  const packed = putTogether(requests);
  const slot = takeCounterSlot();
  try {
    const { rows } = await again(() =>
      deps.database.pool.query<OutcomeRow>({
        name: 'heddle-checkpoint',
        text: WRITE,
        values: [requests[0]?.workspaceId, new Date(deps.clock.nowMs()), slot, ...packed],
      }),
    );
    const outcomes = new Map(rows.map((row) => [requests[row.t], toOutcome(row)]));
    return unordered.map((request) => {
      const outcome = outcomes.get(request);
      if (outcome === undefined) throw new Error('heddle.write_checkpoints left a turn out');
      return outcome;
    });
  } catch (error) {
    throw isNoLongerOurs(error) ? new TurnLostError(error.message) : error;
  } finally {
    giveCounterSlotBack(slot);
  }
}

/** The places of `at_moment`, the slot and the turns come first; a place for each kind of row, and one for the rest. */
const PLACES = Array.from({ length: Object.keys(CHECKPOINT_SECTIONS).length }, (_, index) => `$${index + 4}`);
const WRITE = `select * from heddle.write_checkpoints($1::uuid, $2::timestamptz, $3::smallint, ${PLACES.join(', ')}, $${PLACES.length + 4}::jsonb)`;

/** A row that was changed by somebody else in the same instant (HD002): nothing was written, and the next time it is seen as it is now. */
const MOST_TRIES = 5;

async function again<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === MOST_TRIES || !(error instanceof Error && 'code' in error && error.code === 'HD002')) throw error;
    }
  }
}

/** The mailbox, a run or an event is another's (HD001), or a run or contact that this turn makes is there already (a key is violated). */
function isNoLongerOurs(error: unknown): error is Error {
  if (!(error instanceof Error && 'code' in error)) return false;
  if (error.code === 'HD001') return true;
  return error.code === '23505' && 'table' in error && (error.table === 'run' || error.table === 'contact');
}

function toOutcome({ posted, bucket, at_ms }: OutcomeRow): FlushOutcome {
  if (bucket !== null && at_ms !== null) return { kind: 'overBudget', bucket, atMs: at_ms };
  return { kind: 'written', posted: posted ?? '' };
}

/** A turn that is no longer somebody's, a value that fits no column, data that Postgres refuses (SQLSTATE classes 22, 23 and 54), a deadlock (40), a row that others change all the time (HD002). */
function isFaultOfOne(error: unknown): boolean {
  if (error instanceof TurnLostError || error instanceof TypeError) return true;
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^(?:22|23|40|54|HD002)/.test(error.code)
  );
}
