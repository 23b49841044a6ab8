import type { LiveChange } from '@heddle/schemas/api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { liveSource } from './live-source.ts';
import { staleKeys } from './query-keys.ts';

/** Keeps everything that React Query shows fresh. Used once, by the shell. */
export function useLiveRefresh(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      liveSource.subscribe(
        (changes) => {
          for (const queryKey of staleKeys(changes)) void client.invalidateQueries({ queryKey });
        },
        () => void client.invalidateQueries(),
      ),
    [client],
  );
}

/** Calls `listener` with each batch of live changes; the newest listener is used without connecting anew. */
export function useLiveChanges(listener: (changes: readonly LiveChange[]) => void): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => liveSource.subscribe((changes) => latest.current(changes)), []);
}

/** Whether the live stream is connected now. */
export function useIsLive(): boolean {
  return useSyncExternalStore(liveSource.subscribeState, liveSource.isConnected);
}
