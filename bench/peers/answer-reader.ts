/** An answer that came to its end. */
export interface Answer {
  /** 0: what came is no answer. */
  readonly status: number;
  /** The connection is of no use after it. */
  readonly isLast: boolean;
}

/** Reads the answers on one connection, one at a time, and of each no more than what it takes to find its end. */
export interface AnswerReader {
  /** @param bytes What arrived next, as latin1: a character is a byte. @returns Undefined as long as more is to come. */
  read(bytes: string): Answer | undefined;
  /** Nothing more will arrive. @returns The answer, when its end is told this way. */
  end(): Answer | undefined;
}

interface Head {
  readonly status: number;
  /** Its bytes, or what else tells where it ends. */
  readonly body: number | 'chunked' | 'untilEnd';
  readonly isLast: boolean;
}

const NO_ANSWER: Answer = { status: 0, isLast: true };
const NO_HEAD: Head = { status: 0, body: 0, isLast: true };

/** @returns The reader of a new connection. */
export function createAnswerReader(): AnswerReader {
  let text = '';
  let head: Head | undefined;
  /** Of the body or, when it is chunked, of the next chunk. */
  let start = 0;
  // The answers of an engine have the same head but for the date, so that most need not be parsed.
  let knownText = '';
  let known = NO_HEAD;

  const readHead = (): Head | undefined => {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    start = end + 4;
    const headText = text.slice(0, end + 2);
    if (headText !== knownText) known = parseHead(headText);
    knownText = headText;
    if (known.status < 100 || known.status > 199) return known;
    // An interim answer; the real one follows.
    text = text.slice(start);
    return readHead();
  };

  /** @returns Where the answer ends; NaN when it is none, undefined when its end has not arrived. */
  const findEnd = ({ body }: Head): number | undefined => {
    if (body === 'untilEnd') return undefined;
    if (body !== 'chunked') return start + body > text.length ? undefined : start + body;
    for (;;) {
      const lineEnd = text.indexOf('\r\n', start);
      if (lineEnd < 0) return undefined;
      const size = Number.parseInt(text.slice(start, lineEnd), 16);
      if (Number.isNaN(size)) return Number.NaN;
      if (size === 0) {
        // The blank line, at once or after trailers.
        const end = text.indexOf('\r\n\r\n', lineEnd);
        return end < 0 ? undefined : end + 4;
      }
      const next = lineEnd + 2 + size + 2;
      if (next > text.length) return undefined;
      start = next;
    }
  };

  return {
    read(bytes) {
      text += bytes;
      head ??= readHead();
      if (head === undefined) return undefined;
      if (head === NO_HEAD) return NO_ANSWER;
      const { status, isLast } = head;
      const end = findEnd(head);
      if (end === undefined) return undefined;
      if (Number.isNaN(end)) return NO_ANSWER;
      // More than was asked for: whoever sends that is not to be asked again.
      const answer = { status, isLast: isLast || text.length > end };
      text = '';
      head = undefined;
      return answer;
    },
    end: () => (head?.body === 'untilEnd' ? { status: head.status, isLast: true } : undefined),
  };
}

/** @param text With the line end of its last line. */
function parseHead(text: string): Head {
  const [, minor, digits] = /^HTTP\/1\.([01]) (\d{3})[ \r]/.exec(text) ?? [];
  if (digits === undefined) return NO_HEAD;
  const status = Number(digits);
  const connection = header(text, 'connection')?.toLowerCase();
  return {
    status,
    body: bodyOf(status, text),
    isLast: connection === 'close' || (minor === '0' && connection !== 'keep-alive'),
  };
}

function bodyOf(status: number, head: string): Head['body'] {
  if (status === 204 || status === 304) return 0;
  if (header(head, 'transfer-encoding') !== undefined) return 'chunked';
  const length = header(head, 'content-length');
  return length === undefined ? 'untilEnd' : Number(length);
}

function header(head: string, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]*?)[ \\t]*\\r\\n`, 'i').exec(head)?.[1];
}
