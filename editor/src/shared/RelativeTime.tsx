import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { fullTime, relativeTime } from './relative-time.ts';

const TICK_MS = 15_000;
let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
  nowMs = Date.now();
  const timer = setInterval(() => {
    nowMs = Date.now();
    listener();
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** The present, renewed every 15 seconds. */
export function useNowMs(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** A moment as "3 min ago" that stays right, with the exact time on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNowMs();
  // What has just happened can be newer than the last tick; it is not in the future.
  const shownMs = Math.max(now, Math.min(Date.parse(at), now + TICK_MS));
  return (
    <Tooltip label={fullTime(at)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {relativeTime(at, shownMs)}
      </time>
    </Tooltip>
  );
}
