import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { FaultPoint } from './worker-order.ts';

/** What a worker notes about itself: enough to tell afterwards what it had in its hands when it died, and whether it was still allowed to. */
export type DiaryEntry =
  | { readonly kind: 'claimed'; readonly claims: readonly (readonly [subject: string, fence: string])[] }
  | {
      readonly kind: 'beforeRecord' | 'afterRecord' | 'recordRefused';
      readonly subject: string;
      readonly fence: string;
      readonly isRelease: boolean;
      readonly rows: readonly (readonly [outboxId: string, state: string, text: string])[];
    }
  /** The last byte of a call with this text is with the kernel. */
  | { readonly kind: 'handedOver'; readonly text: string }
  | { readonly kind: 'fault'; readonly point: FaultPoint };

/** With the moment, in ms since 1970: all processes share the machine's clock. */
export type DatedEntry = DiaryEntry & { readonly atMs: number };

/** Opens a diary that survives `kill -9`: each entry is with the kernel before `write` returns. */
export function openDiary(file: string): { write(entry: DiaryEntry): void } {
  const handle = openSync(file, 'a');
  return {
    write: (entry) => void writeSync(handle, `${JSON.stringify({ atMs: Date.now(), ...entry })}\n`),
  };
}

/** @returns All entries; none when the worker died before its first. */
export function readDiary(file: string): DatedEntry[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  // The last line may be under way, or was when the worker died.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DatedEntry); // written by openDiary
}
