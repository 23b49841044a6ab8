/** `2026-11-19T10:00:00+0000`, the form of every timestamp in Graph answers. */
export function toGraphTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+0000`;
}

/** `since`/`until`: unix seconds or a date text; `undefined` when it is neither. */
export function findGraphTime(text: string): number | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
