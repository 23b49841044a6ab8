import { readFileSync } from 'node:fs';
import type { HttpAnswer } from './http-answer.ts';

const folder = new URL('./pictures/', import.meta.url);
const cache = new Map<string, Buffer>();

/** Path under the sandbox at which its pictures are served. */
export const PICTURE_PATH = '/cdn/t51.82787-15/';

/** Serves `{PICTURE_PATH}{name}.jpg`; `undefined` when there is no such picture. */
export function findPictureAnswer(fileName: string): HttpAnswer | undefined {
  const bytes = findPictureBytes(fileName);
  return (
    bytes && {
      status: 200,
      headers: { 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=86400' },
      body: bytes,
    }
  );
}

/** Turns the name of a picture of the sandbox into its address; a full URL stays what it is. */
export function toPictureUrl(baseUrl: string, source: string): string {
  return /^https?:/.test(source) ? source : `${baseUrl}${PICTURE_PATH}${source}.jpg`;
}

function findPictureBytes(fileName: string): Buffer | undefined {
  if (!/^[a-z0-9-]{1,40}\.jpg$/.test(fileName)) return undefined;
  const known = cache.get(fileName);
  if (known) return known;
  try {
    const bytes = readFileSync(new URL(fileName, folder));
    cache.set(fileName, bytes);
    return bytes;
  } catch {
    return undefined; // no such picture: the caller answers 404
  }
}
