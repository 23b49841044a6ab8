import { findText } from './json.ts';
import type { JsonObject } from './json.ts';

/** A refusal of the control API, shown to the person at the phone page. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
  }
}

/** @throws ControlError 404 naming what was looked for. */
export function found<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined) throw new ControlError(404, `${what} was not found.`);
  return row;
}

/** @throws ControlError 400 when absent or empty. */
export function needText(body: JsonObject, key: string): string {
  const text = findText(body, key);
  if (text === undefined || text.trim() === '') throw new ControlError(400, `"${key}" is needed.`);
  return text;
}
