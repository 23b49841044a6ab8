import { invalidParameter } from './graph-error.ts';

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly paging:
    | {
        readonly cursors: { readonly before: string; readonly after: string };
        readonly next?: string;
        readonly previous?: string;
      }
    | undefined;
}

export interface PageRequest {
  readonly limit: number;
  readonly after: string | undefined;
  readonly before: string | undefined;
  /** Full URL of the same list with these parameters set. */
  readonly urlWith: (params: Readonly<Record<string, string>>) => string;
}

interface Ordered {
  readonly timestampMs: number;
  readonly seq: number;
}

/** Newest first: by time, then by order of creation. */
export function newestFirst(a: Ordered, b: Ordered): number {
  return b.timestampMs - a.timestampMs || b.seq - a.seq;
}

/**
 * One page of rows that are already sorted newest first. Cursors name a position, not a row, so a page stays right when the
 * row of the cursor has been deleted or newer rows have come.
 * @throws GraphError 100 for a cursor that this list never gave.
 */
export function pageOf<Row extends Ordered>(sorted: readonly Row[], request: PageRequest): Page<Row> {
  let start = 0;
  let end = Math.min(sorted.length, request.limit);
  if (request.after !== undefined) {
    const position = parseCursor(request.after);
    start = sorted.findIndex((row) => newestFirst(position, row) < 0);
    if (start < 0) start = sorted.length;
    end = Math.min(sorted.length, start + request.limit);
  } else if (request.before !== undefined) {
    const position = parseCursor(request.before);
    end = sorted.findIndex((row) => newestFirst(row, position) >= 0);
    if (end < 0) end = sorted.length;
    start = Math.max(0, end - request.limit);
  }
  const rows = sorted.slice(start, end);
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return { rows, paging: undefined };
  const cursors = { before: toCursor(first), after: toCursor(last) };
  return {
    rows,
    paging: {
      cursors,
      ...(end < sorted.length ? { next: request.urlWith({ after: cursors.after }) } : {}),
      ...(start > 0 ? { previous: request.urlWith({ before: cursors.before }) } : {}),
    },
  };
}

/** The answer of a list edge. */
export function listAnswer<Row>(page: Page<Row>, toJson: (row: Row) => unknown): Record<string, unknown> {
  return { data: page.rows.map(toJson), ...(page.paging ? { paging: page.paging } : {}) };
}

function toCursor(row: Ordered): string {
  return Buffer.from(`${row.timestampMs}.${row.seq}`).toString('base64url');
}

function parseCursor(cursor: string): Ordered {
  const match = /^(-?\d+)\.(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!match) throw invalidParameter('Invalid cursors values');
  return { timestampMs: Number(match[1]), seq: Number(match[2]) };
}
