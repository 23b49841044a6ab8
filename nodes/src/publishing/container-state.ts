import type { HandlerContext } from '@heddle/engine';
import { isJsonObject } from '@heddle/schemas';
import { textOf } from './read-post.ts';

/** What Instagram says about a prepared post. */
export interface ContainerState {
  readonly status: string;
  /** Why it failed; empty otherwise. */
  readonly reason: string;
  /** A new one may succeed. */
  readonly canBeMadeAnew: boolean;
}

/** Pictures are ready within seconds; whatever takes longer than this will not become ready (platforms.md D.1 says 5 minutes). */
export const POLL_LIMIT_MS = 10 * 60_000;

/** How long to wait before looking again: 1, 2, 4 … seconds, then every 30. @param polls Looks so far. */
export function pollDelayMs(polls: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.min(polls, 5));
}

/** Asks where a container stands. Changes nothing. @throws FlowError `PLATFORM_*`. */
export async function readContainer(
  read: HandlerContext<unknown>['read'],
  connection: string,
  containerId: string,
): Promise<ContainerState> {
  const answer = await read(connection, 'container', { containerId });
  const found = isJsonObject(answer) ? answer : {};
  return {
    status: textOf(found['status']),
    reason: textOf(found['reason']),
    canBeMadeAnew: found['canBeMadeAnew'] === true,
  };
}
