import { FlowError } from '@heddle/schemas';

/** A place in a list that is sorted by a moment and an id. */
export interface ListCursor {
  readonly at: Date;
  readonly id: string;
}

/** Opaque text of a cursor. */
export function toCursor(cursor: ListCursor): string {
  return Buffer.from(`${cursor.at.getTime()}.${cursor.id}`).toString('base64url');
}

/** @throws FlowError `REQUEST_INVALID` for a text that toCursor did not make. */
export function parseCursor(text: string): ListCursor {
  const [, atMs, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  if (atMs === undefined || id === undefined)
    throw new FlowError('REQUEST_INVALID', 'The cursor is not one of this list.');
  return { at: new Date(Number(atMs)), id };
}
