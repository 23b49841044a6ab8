import { isPeerEventId } from './peer-event.ts';

const BEGINNING = 'POST /v25.0/';
const REQUEST_LINE = /^POST \/v25\.0\/(\d+)\/replies(?:\?[!-~]*)? HTTP\/1\.1$/;
const HEADER = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t -~]*?)[ \t]*$/;
/** What an engine sends is far below both. */
const MAX_HEAD_BYTES = 16_384;
const MAX_BODY_BYTES = 65_536;

/** Takes the next bytes of a connection. @returns Undefined, or what is not for it, and then nothing that follows is. */
export type ReplyReader = (bytes: Buffer) => Buffer | undefined;

/**
 * Reads what fast engines send under load: replies to comments, in the plainest form of HTTP/1.1, on connections that stay open.
 * Anything else it gives back, from the first byte of that request on.
 *
 * @param onReply Told of each when all of it has arrived, in their order.
 */
export function createReplyReader(onReply: (eventId: string, body: string) => void): ReplyReader {
  let pending: Buffer = Buffer.alloc(0);
  let head: Head | undefined;
  // An engine sends the same headers again and again, so that most need not be parsed.
  let knownText = '';
  let knownBytes: number | undefined;

  const readHead = (): Head | 'incomplete' | 'other' => {
    const text = pending.toString('latin1', 0, MAX_HEAD_BYTES);
    if (!text.startsWith(BEGINNING)) return BEGINNING.startsWith(text) ? 'incomplete' : 'other';
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return text.length < MAX_HEAD_BYTES ? 'incomplete' : 'other';
    const lineEnd = text.indexOf('\r\n');
    const id = REQUEST_LINE.exec(text.slice(0, lineEnd))?.[1] ?? '';
    const headers = text.slice(lineEnd + 2, end);
    if (headers !== knownText) knownBytes = plainBodyBytes(headers);
    knownText = headers;
    if (!isPeerEventId(id) || knownBytes === undefined) return 'other';
    // Not `id` itself: as a part of `text` it would keep all of that in memory, for as long as the ledger is kept.
    const eventId = pending.toString('latin1', BEGINNING.length, BEGINNING.length + id.length);
    return { eventId, bodyStart: end + 4, end: end + 4 + knownBytes };
  };

  return (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    while (pending.length > 0) {
      const found = head ?? readHead();
      if (found === 'other') return pending;
      if (found === 'incomplete') return undefined;
      head = found;
      if (pending.length < head.end) return undefined;
      const { eventId, bodyStart, end } = head;
      head = undefined;
      const body = pending.toString('utf8', bodyStart, end);
      pending = pending.subarray(end);
      onReply(eventId, body);
    }
    return undefined;
  };
}

interface Head {
  readonly eventId: string;
  readonly bodyStart: number;
  readonly end: number;
}

/** @returns The bytes of the body; undefined when the headers ask for, or may mean, anything but a plain answer. */
function plainBodyBytes(headers: string): number | undefined {
  let bytes: number | undefined;
  let hosts = 0;
  for (const line of headers.split('\r\n')) {
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    switch (name?.toLowerCase()) {
      case undefined:
      case 'transfer-encoding':
      case 'expect':
      case 'upgrade':
        return undefined;
      case 'connection':
        if (value.toLowerCase() !== 'keep-alive') return undefined;
        break;
      case 'content-length':
        if (bytes !== undefined || !/^\d+$/.test(value)) return undefined;
        bytes = Number(value);
        break;
      case 'host':
        hosts += 1;
        break;
      default:
    }
  }
  return hosts === 1 && bytes !== undefined && bytes <= MAX_BODY_BYTES ? bytes : undefined;
}
