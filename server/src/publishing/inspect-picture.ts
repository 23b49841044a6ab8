import type { LookupFunction } from 'node:net';
import type { PictureFacts } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { lookupPublic, parsePublicUrl } from '../http/public-address.ts';
import { HttpCallError, sendHttp } from '../http/send-http.ts';
import { readPictureHeader } from './picture-header.ts';

/** Instagram's limit is 8 MB; a little more is read to be able to say so. */
const MAX_BYTES = 8 * 1024 * 1024 + 65_536;
const TIMEOUT_MS = 15_000;

/** Looks at the picture of an address. @throws FlowError `HTTP_TARGET_FORBIDDEN` | `HTTP_FAILED`. */
export type PictureInspector = (url: string) => Promise<PictureFacts>;

/**
 * Fetches pictures as the platform will: from public addresses, without following redirects.
 *
 * @param options.sandbox Pictures of the sandbox: below `publicUrl` as pages know it, fetched from `internalUrl`. Only while it is on.
 */
export function createPictureInspector(
  options: {
    sandbox?: { publicUrl: string; internalUrl: string };
    lookup?: LookupFunction;
    parseUrl?: (text: string) => URL;
  } = {},
): PictureInspector {
  const { sandbox } = options;
  return async (text) => {
    if (sandbox !== undefined) {
      const below = [sandbox.publicUrl, sandbox.internalUrl].find((base) => text.startsWith(`${base}/`));
      const inside = below === undefined ? undefined : new URL(`${sandbox.internalUrl}${text.slice(below.length)}`);
      // Dots in the path could lead out of the sandbox again.
      if (inside?.href.startsWith(`${sandbox.internalUrl}/`) === true) return fetchPicture(inside, undefined);
    }
    return fetchPicture((options.parseUrl ?? parsePublicUrl)(text), options.lookup ?? lookupPublic);
  };
}

async function fetchPicture(url: URL, lookup: LookupFunction | undefined): Promise<PictureFacts> {
  try {
    const answer = await sendHttp({
      url,
      method: 'GET',
      headers: { 'user-agent': 'Heddle', accept: 'image/*' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      reuse: 'idle',
      ...(lookup === undefined ? {} : { lookup }),
    });
    if (answer.status >= 300 && answer.status < 400)
      throw new FlowError('HTTP_FAILED', `${url.host} leads on to another address; use that one.`);
    if (answer.status !== 200) throw new FlowError('HTTP_FAILED', `${url.host} answered with status ${answer.status}.`);
    return { ...readPictureHeader(answer.body), bytes: answer.body.length };
  } catch (error) {
    if (!(error instanceof HttpCallError)) throw error;
    if (error.reason === 'too-large') return { format: 'unknown', bytes: MAX_BYTES, width: null, height: null };
    if (error.cause instanceof FlowError) throw error.cause;
    throw new FlowError('HTTP_FAILED', `${url.host}: ${error.message}`, { cause: error });
  }
}
