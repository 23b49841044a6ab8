/** Fetches pictures and videos as the platform does: really, over HTTP, from a public address, without following redirects. */
import { lookup as dnsLookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

export interface FetchedMedia {
  readonly contentType: string;
  /** Whole length if the server says so, else the bytes read. */
  readonly lengthBytes: number;
  /** The beginning of the file, at most `keepBytes` of the request. */
  readonly head: Buffer;
}

/** The address could not be fetched. `timeout` is told apart because it has its own code. */
export class MediaFetchError extends Error {
  readonly kind: 'refused' | 'failed' | 'timeout';

  constructor(kind: 'refused' | 'failed' | 'timeout', message: string) {
    super(message);
    this.name = 'MediaFetchError';
    this.kind = kind;
  }
}

export type MediaFetch = (
  url: string,
  limits: { timeoutMs: number; maxBytes: number; keepBytes: number },
) => Promise<FetchedMedia>;

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['::', 128],
  ['64:ff9b::', 96],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv6');

/** Everything public, and this machine's loopback, where a local Heddle serves its pictures. */
export function isPublicOrLoopback(address: string): boolean {
  return !PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** @param allowsHost decides by IP address, after the name has been resolved. */
export function createMediaFetch(allowsHost: (address: string) => boolean): MediaFetch {
  const lookup: LookupFunction = (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      const allowed = error ? [] : addresses.filter((entry) => allowsHost(entry.address));
      const first = allowed[0];
      if (!first) callback(error ?? new MediaFetchError('refused', `${hostname} is not a public host.`), '', 0);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

  return (address, limits) =>
    new Promise((resolve, reject) => {
      const url = URL.canParse(address) ? new URL(address) : undefined;
      const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
      // an address given as such is not looked up, so it is checked here
      if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || (isIP(host) !== 0 && !allowsHost(host))) {
        reject(new MediaFetchError('refused', `"${address}" is not a public http(s) address.`));
        return;
      }
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const req = send(url, {
        lookup,
        headers: { 'user-agent': 'facebookexternalhit/1.1' },
        signal: AbortSignal.timeout(limits.timeoutMs),
      });
      const fail = (error: Error): void =>
        reject(
          error instanceof MediaFetchError
            ? error
            : new MediaFetchError(
                error.name === 'TimeoutError' || error.name === 'AbortError' ? 'timeout' : 'failed',
                error.message,
              ),
        );
      req.on('error', fail);
      req.on(
        'response',
        (res) =>
          void readHead(res, limits)
            .then(resolve, fail)
            .finally(() => req.destroy()),
      );
      req.end();
    });
}

async function readHead(res: IncomingMessage, limits: { maxBytes: number; keepBytes: number }): Promise<FetchedMedia> {
  if (res.statusCode !== 200)
    throw new MediaFetchError('failed', `The server answered ${res.statusCode ?? 'nothing'}.`);
  const declared = Number(res.headers['content-length'] ?? Number.NaN);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of res) {
    const bytes = chunk as Buffer; // a response without an encoding gives Buffers
    if (size < limits.keepBytes) chunks.push(bytes);
    size += bytes.length;
    if (size > limits.maxBytes || (size >= limits.keepBytes && Number.isFinite(declared))) break; // enough is known
  }
  return {
    contentType: (res.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    lengthBytes: Number.isFinite(declared) ? declared : size,
    head: Buffer.concat(chunks),
  };
}
