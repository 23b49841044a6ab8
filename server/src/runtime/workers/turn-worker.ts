import type { TurnDeps } from '../deps.ts';
import type { ProgramCache } from '../drive/program-cache.ts';
import { claimKey, LEASE_MS, postponeSubject, type Claim, type Mailbox } from '../mailbox/mailbox.ts';
import { inSpan } from '../../telemetry/index.ts';
import type { LoadedTurn, ReadyTurn } from '../turn/load-turn.ts';
import { takeTurn } from '../turn/take-turn.ts';

/** How turns come to a worker with the commit that stores their events. */
export interface TurnPlaces {
  /**
   * Keeps places for turns that are about to be claimed.
   *
   * @returns How many, at most `most`; 0 while others wait for a place or soon would, since those that came first go first.
   */
  reserve(most: number): number;
  /** Begins the turns that were claimed for `reserved` places; what is left of these is free again. */
  begin(reserved: number, turns: readonly ReadyTurn[]): void;
}

export interface TurnWorker extends TurnPlaces {
  start(): void;
  /** There may be work: look now instead of at the next poll. */
  wake(): void;
  /** Whether this process could take another turn at once. */
  hasRoom(): boolean;
  /** Takes no new turns and waits for those under way, at most `graceMs`; then their leases are left to end. */
  stop(graceMs: number): Promise<void>;
  /** Takes turns until nothing is ready at this moment. */
  drain(): Promise<void>;
}

/** What another process put in is found within this time (a claim that finds nothing costs 0.3 ms); what this process put in, at once. */
const POLL_MS = 200;
const RENEW_MS = LEASE_MS / 3;
/** So long a worker waits for several free places before it takes what there are. */
const PATIENCE_MS = 10;

/** A turn that ended by an error begins again after this time. */
const AFTER_ERROR_MS = 2_000;

/** So that an end in good order is not counted as the death of a worker. If the database is away the lease ends by itself. */
async function giveBack(deps: TurnDeps, claim: Claim, delayMs: number): Promise<void> {
  try {
    await deps.database.withWorkspace(claim.workspaceId, (tx) =>
      postponeSubject(tx, claim, deps.clock.nowMs() + delayMs),
    );
  } catch (error) {
    deps.log.warn({ error }, 'A lease could not be given back; it ends by itself');
  }
}

/** Turns that were told to stop get this long to give their subject back. */
const WIND_DOWN_MS = 2_000;

/** Claims ready subjects and takes their turns, `concurrency` at once. */
export function createTurnWorker(
  deps: TurnDeps,
  parts: { mailbox: Mailbox; programs: ProgramCache; concurrency: number; pollMs?: number | undefined },
): TurnWorker {
  const { mailbox, programs, concurrency } = parts;
  const active = new Map<Promise<void>, { claim: Claim; abort: AbortController }>();
  let isStopped = true;
  let reserved = 0;
  let isClaiming = false;
  let isWanted = false;
  let poll: NodeJS.Timeout | undefined;
  let renew: NodeJS.Timeout | undefined;
  /** Set by `drain` while it waits. */
  let onTurnEnd = (): void => undefined;
  let patience: NodeJS.Timeout | undefined;
  /** The last look left something, or there was no room to look: only then is the end of a turn a reason to look again. */
  let mayBeMore = true;

  const take = async (claim: Claim, signal: AbortSignal, loaded?: LoadedTurn): Promise<void> => {
    const stopTimer = deps.metrics.turnSeconds.startTimer();
    try {
      const outcome = await inSpan('heddle.turn', { 'heddle.workspace_id': claim.workspaceId }, () =>
        takeTurn(deps, programs, claim, signal, loaded),
      );
      deps.metrics.turns.inc({ outcome });
      // Cut off by our own stop: another process may go on at once.
      if (outcome === 'lost' && signal.aborted) await giveBack(deps, claim, 0);
    } catch (error) {
      // The database is away or we have a fault: another turn begins from what is stored, a little later.
      deps.metrics.turns.inc({ outcome: 'error' });
      deps.log.error({ error, workspaceId: claim.workspaceId, subject: claim.subject }, 'A turn ended early');
      await giveBack(deps, claim, AFTER_ERROR_MS);
    } finally {
      stopTimer();
    }
  };

  const serve = (claim: Claim, loaded?: LoadedTurn): void => {
    const abort = new AbortController();
    const turn = take(claim, abort.signal, loaded).finally(() => {
      active.delete(turn);
      onTurnEnd();
      if (!isStopped && mayBeMore) void fill();
    });
    active.set(turn, { claim, abort });
  };

  /** Claims for the free places. One claim at a time; a wake-up during a claim leads to another one. */
  const fill = async (isImpatient = false): Promise<number> => {
    isWanted = true;
    if (isClaiming) return 0;
    isClaiming = true;
    let claimed = 0;
    try {
      while (isWanted) {
        isWanted = false;
        const free = concurrency - active.size - reserved;
        if (free < 1) {
          mayBeMore = true;
          break;
        }
        // A claim per finished turn would cost as much as the turn: wait until some places are free, but not for turns that take long.
        if (free < concurrency / 4 && !isImpatient) {
          mayBeMore = true;
          patience ??= setTimeout(() => {
            patience = undefined;
            if (!isStopped) void fill(true);
          }, PATIENCE_MS);
          break;
        }
        deps.onMoment?.({ kind: 'beforeClaim' });
        const claims = await mailbox.claim(free);
        deps.onMoment?.({ kind: 'afterClaim', claims });
        for (const claim of claims) serve(claim);
        claimed += claims.length;
        mayBeMore = claims.length >= free;
        if (mayBeMore) isWanted = active.size < concurrency;
      }
    } catch (error) {
      deps.log.error({ error }, 'Looking for turns failed; trying again');
    } finally {
      isClaiming = false;
    }
    return claimed;
  };

  const renewLeases = async (): Promise<void> => {
    if (active.size === 0) return;
    const held = [...active.values()];
    try {
      const ours = await mailbox.renew(held.map(({ claim }) => claim));
      for (const { claim, abort } of held) if (!ours.has(claimKey(claim.workspaceId, claim.subject))) abort.abort();
    } catch (error) {
      deps.log.warn({ error }, 'Leases could not be renewed');
    }
  };

  return {
    start() {
      isStopped = false;
      poll = setInterval(() => void fill(), parts.pollMs ?? POLL_MS);
      renew = setInterval(() => void renewLeases(), RENEW_MS);
      void fill();
    },
    wake() {
      if (!isStopped) void fill();
    },
    hasRoom: () => !isStopped && active.size + reserved < concurrency,
    reserve(most) {
      // A quarter of the places is left to what only a claim finds: timers, and what other processes put in.
      const free = Math.floor(concurrency * 0.75) - active.size - reserved;
      if (isStopped || mayBeMore || free < 1) return 0;
      const places = Math.min(most, free);
      reserved += places;
      return places;
    },
    begin(places, turns) {
      reserved -= places;
      if (turns.length > 0) deps.onMoment?.({ kind: 'afterClaim', claims: turns.map(({ claim }) => claim) });
      for (const { claim, loaded } of turns) {
        // Stopped between the two: another process may take it at once.
        if (isStopped) void giveBack(deps, claim, 0);
        else serve(claim, loaded);
      }
    },
    async stop(graceMs) {
      isStopped = true;
      clearInterval(poll);
      clearInterval(renew);
      clearTimeout(patience);
      await atMost(graceMs, Promise.all(active.keys()));
      for (const { abort } of active.values()) abort.abort();
      await atMost(WIND_DOWN_MS, Promise.all(active.keys()));
    },
    async drain() {
      for (;;) {
        // What a turn wakes at its very end is locked until then, so a claim beside it does not see it.
        const isAlone = active.size === 0;
        const claimed = await fill();
        if (active.size > 0) await new Promise<void>((resolve) => (onTurnEnd = resolve));
        else if (claimed === 0 && isAlone && !isClaiming) return;
      }
    },
  };
}

/** Waits for the work, but no longer than `ms`. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
