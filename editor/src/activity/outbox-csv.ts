import type { OutboxView } from '@heddle/schemas/api';

const COLUMNS: readonly (readonly [title: string, read: (row: OutboxView) => string])[] = [
  ['When', (row) => row.createdAt],
  ['State', (row) => row.state],
  ['Kind', (row) => row.kind],
  ['To', (row) => row.contact?.username ?? row.contact?.name ?? ''],
  ['Content', (row) => row.summary],
  ['Reason', (row) => row.reason ?? ''],
  ['Flow', (row) => row.flowName],
  ['Node', (row) => row.nodeTitle],
  ['Run', (row) => row.runId ?? ''],
  ['Platform id', (row) => row.platformId ?? ''],
];

/**
 * The rows as CSV (RFC 4180, CRLF, UTF-8 with a byte order mark so that spreadsheets read it as UTF-8). A text that a spreadsheet
 * would run as a formula gets an apostrophe in front: what contacts write must not be able to do that.
 */
export function toCsv(rows: readonly OutboxView[]): string {
  const lines = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, read]) => read(row)))];
  return `\uFEFF${lines.map((cells) => cells.map(toCell).join(',')).join('\r\n')}\r\n`;
}

function toCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
