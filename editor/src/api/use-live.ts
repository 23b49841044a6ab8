import type { LiveChange } from '@heddle/schemas/api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { liveSource } from './live-source.ts';
import { isOnEveryPage, staleKeys } from './query-keys.ts';
import { createRefresher } from './refresher.ts';

/** At most this often is asked anew for what every page shows, and for everything. */
const SELDOM_MS = 2_000;

/** Keeps everything that React Query shows fresh. Used once, by the shell. */
export function useLiveRefresh(): void {
  const client = useQueryClient();
  useEffect(() => {
    const refresh = (queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey });
    const seldom = createRefresher(refresh, SELDOM_MS);
    const unsubscribe = liveSource.subscribe(
      (changes) => {
        for (const queryKey of staleKeys(changes)) {
          if (isOnEveryPage(queryKey)) seldom.ask(queryKey);
          else refresh(queryKey);
        }
      },
      () => seldom.ask([]),
    );
    return () => {
      unsubscribe();
      seldom.stop();
    };
  }, [client]);
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
