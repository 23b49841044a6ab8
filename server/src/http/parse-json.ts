import { FlowError, type JsonValue } from '@heddle/schemas';

/** Deeper documents are refused: nothing of ours is, and depth is what parsers and walkers choke on. */
export const MAX_JSON_DEPTH = 64;

/**
 * Bytes to a JSON value.
 *
 * @throws FlowError `REQUEST_NOT_JSON` for invalid UTF-8, invalid JSON, more than 64 levels, or a key named `__proto__`.
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  const text = decode(bytes);
  checkDepth(text);
  try {
    // Only a text that spells the key, plainly or by escapes, pays for the reviver.
    return text.includes('__proto__') || text.includes('\\u') ? JSON.parse(text, refuseProto) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof FlowError) throw cause;
    throw new FlowError('REQUEST_NOT_JSON', 'The body is no valid JSON.', { cause });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FlowError('REQUEST_NOT_JSON', 'The body is no valid UTF-8.', { cause });
  }
}

/** Counts brackets outside of strings, before anything is built. O(n), no recursion. */
function checkDepth(text: string): void {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH)
        throw new FlowError('REQUEST_NOT_JSON', `The body has more than ${MAX_JSON_DEPTH} levels.`);
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
}

function refuseProto(key: string, value: JsonValue): JsonValue {
  if (key === '__proto__') throw new FlowError('REQUEST_NOT_JSON', 'The body has a key named "__proto__".');
  return value;
}
