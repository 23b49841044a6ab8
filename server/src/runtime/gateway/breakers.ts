import type { LiveChange } from '@heddle/schemas/api';
import type { Database } from '../../database/index.ts';
import type { Log } from '../../log/index.ts';
import { createGatherer } from '../batching/gather.ts';
import { nextBreaker, type CallOutcome } from './breaker-state.ts';
import { changeBreaker, isQuiet, readBreaker } from './breaker-rows.ts';

/** Keeps the breakers of connections in Postgres up to date. Whether a send may go out is decided by the checkpoint that announces it. */
export interface Breakers {
  /** Call it after each call whose outcome says something about the platform. Costs nothing while all is well. */
  note(workspaceId: string, connectionId: string, outcome: CallOutcome): Promise<void>;
}

interface Noted {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly outcome: CallOutcome;
}

/** What a process knows about a connection is read again after this time. */
const KNOWN_MS = 5_000;
/** Connections that are counted for at once. */
const MAX_UNDER_WAY = 4;
const MAX_TOGETHER = 200;
/** Each time it was another process that came first, so this many processes would have to count at the same moment. */
const MAX_TRIES = 20;

export function createBreakers(deps: {
  readonly database: Database;
  readonly live: { publish(workspaceId: string, changes: readonly LiveChange[]): void };
  readonly log: Log;
}): Breakers {
  /** Connections with a row, or none, as last seen. */
  const known = new Map<string, { readonly isTroubled: boolean; readonly atMs: number }>();

  const isTroubled = async (workspaceId: string, connectionId: string, nowMs: number): Promise<boolean> => {
    const last = known.get(connectionId);
    if (last !== undefined && nowMs - last.atMs < KNOWN_MS) return last.isTroubled;
    const isNow = !isQuiet(await readBreaker(deps.database, workspaceId, connectionId));
    known.set(connectionId, { isTroubled: isNow, atMs: nowMs });
    return isNow;
  };

  /** @param noted Of one connection. @returns False when another process changed the breaker meanwhile. */
  const count = async (noted: readonly Noted[]): Promise<boolean> => {
    const [first] = noted;
    if (first === undefined) return true;
    const { workspaceId, connectionId } = first;
    const was = await readBreaker(deps.database, workspaceId, connectionId);
    const state = noted.reduce((before, { outcome }) => nextBreaker(before, outcome).state, was);
    const nowMs = Math.max(...noted.map(({ outcome }) => outcome.endedAtMs));
    const isOpen = state.retryAtMs !== null;
    const change = isOpen === (was.retryAtMs !== null) ? null : isOpen ? 'opened' : 'closed';
    const isSame = state === was || (isQuiet(state) && isQuiet(was));
    if (!isSame && !(await changeBreaker(deps.database, { workspaceId, connectionId, was, state, change, nowMs })))
      return false;
    known.set(connectionId, { isTroubled: !isQuiet(state), atMs: nowMs });
    if (change === null) return true;
    deps.log.warn({ workspaceId, connectionId, change }, 'The breaker of a connection changed');
    deps.live.publish(workspaceId, [{ kind: 'connection', id: connectionId }]);
    return true;
  };

  /** Calls that end together are counted together, so that the turns of one process do not get in each other's way. */
  const gatherer = createGatherer<Noted, boolean>({
    groupOf: ({ connectionId }) => connectionId,
    async serve(noted) {
      for (let tries = 0; !(await count(noted)); tries += 1)
        if (tries === MAX_TRIES) throw new Error('Other processes changed the breaker each time');
      return noted.map(() => true);
    },
    mostUnderWay: MAX_UNDER_WAY,
    worthAnother: MAX_TOGETHER,
    mostItems: MAX_TOGETHER,
    mayBeOneOf: () => false,
  });

  return {
    async note(workspaceId, connectionId, outcome) {
      if (outcome.isOk && !(await isTroubled(workspaceId, connectionId, outcome.endedAtMs))) return;
      await gatherer.add({ workspaceId, connectionId, outcome });
    },
  };
}
