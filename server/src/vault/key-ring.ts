import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '../startup-error.ts';

/** The keys of HEDDLE_KEYS. New data keys are wrapped with the newest; the others open what they wrapped. */
export interface KeyRing {
  /** 32 bytes each, newest first; never empty. */
  readonly keys: readonly Uint8Array[];
  readonly newestId: string;
  /** Public names of the keys, newest first. */
  readonly ids: readonly string[];
  find(id: string): Uint8Array | undefined;
  /** A secret for another purpose, from the oldest key: it stays when a key is added in front. */
  derive(purpose: string): string;
}

/**
 * Reads `HEDDLE_KEYS`: 32 bytes each as base64 or 64 hex digits, separated by commas or line breaks, newest first.
 *
 * @param source What to call the text in errors.
 * @throws StartupError naming the position of a bad key; never the key.
 */
export function parseKeyRing(text: string, source = 'HEDDLE_KEYS'): KeyRing {
  const keys = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part, index) => parseKey(part, index, source));
  const [newest] = keys;
  const oldest = keys.at(-1);
  if (newest === undefined || oldest === undefined) {
    throw new StartupError(`${source} holds no key.`, `Put at least one in: openssl rand -base64 32`);
  }
  const byId = new Map(keys.map((key) => [keyIdFor(key), key]));
  return {
    keys,
    newestId: keyIdFor(newest),
    ids: keys.map(keyIdFor),
    find: (id) => byId.get(id),
    derive: (purpose) => Buffer.from(hkdfSync('sha256', oldest, '', `heddle ${purpose}`, 32)).toString('base64url'),
  };
}

/** Where the keys of the local default are. */
export function localKeyFile(dataDir: string): string {
  return join(dataDir, 'keys');
}

/** The key ring of the local default, or undefined while there is none. @throws StartupError for a file that holds no keys. */
export function findLocalKeyRing(dataDir: string): KeyRing | undefined {
  const file = localKeyFile(dataDir);
  return existsSync(file) ? parseKeyRing(readFileSync(file, 'utf8'), file) : undefined;
}

/**
 * The key ring of the local default: `<dataDir>/keys`, made on first use, readable by its owner only.
 *
 * @throws StartupError when the directory cannot be written.
 */
export function loadLocalKeyRing(dataDir: string): KeyRing {
  const file = localKeyFile(dataDir);
  try {
    // 'wx': of two processes that start together one makes the file, the other reads it.
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (!isFileExists(error)) {
      throw new StartupError(
        `The data directory ${dataDir} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        'Free some disk space, make the directory writable, or set HEDDLE_DATA_DIR elsewhere.',
        { cause: error },
      );
    }
  }
  return parseKeyRing(readFileSync(file, 'utf8'), file);
}

function parseKey(part: string, index: number, source: string): Uint8Array {
  const bytes = /^[0-9a-f]{64}$/i.test(part) ? Buffer.from(part, 'hex') : Buffer.from(part, 'base64');
  if (bytes.length !== 32) {
    throw new StartupError(
      `Key ${index + 1} in ${source} is no key: it has ${bytes.length} bytes instead of 32.`,
      'Make one with: openssl rand -base64 32',
    );
  }
  return bytes;
}

/** Public name of a key: the start of its hash, so that order and number of keys may change. */
function keyIdFor(key: Uint8Array): string {
  return createHash('sha256').update('heddle key id').update(key).digest('hex').slice(0, 16);
}

function isFileExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
