import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { FlowError } from '@heddle/schemas';

/** Where a secret is stored. It is bound to this place: a ciphertext copied elsewhere does not open. */
export interface Place {
  readonly workspaceId: string;
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

const IV_BYTES = 12;
// Without this option Node accepts a tag of 4 bytes, which can be guessed.
const TAG_BYTES = 16;

/** `v1.<keyId>.<iv>.<tag>.<ciphertext>`, the last three in base64url. AES-256-GCM; `place` is authenticated with it. */
export function sealText(key: Uint8Array, keyId: string, place: Place, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(place, keyId));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return ['v1', keyId, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
}

/** @throws FlowError `SECRET_UNREADABLE` when it was changed, moved to another place or sealed with another key. */
export function openText(key: Uint8Array, place: Place, sealed: string): string {
  const { keyId, iv, tag, data } = parseSealed(sealed, place);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(place, keyId));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new FlowError(
      'SECRET_UNREADABLE',
      `The secret in ${place.table}.${place.column} does not open with its key.`,
      { cause },
    );
  }
}

/** The id of the key that a sealed text needs. @throws FlowError `SECRET_UNREADABLE`. */
export function keyIdOf(sealed: string, place: Place): string {
  return parseSealed(sealed, place).keyId;
}

function parseSealed(sealed: string, place: Place): { keyId: string; iv: Buffer; tag: Buffer; data: Buffer } {
  const [version, keyId, ...rest] = sealed.split('.');
  const [iv, tag, data] = rest.map((part) => Buffer.from(part, 'base64url'));
  const isWhole =
    version === 'v1' && keyId && rest.length === 3 && iv?.length === IV_BYTES && tag?.length === TAG_BYTES && data;
  if (!isWhole)
    throw new FlowError('SECRET_UNREADABLE', `The secret in ${place.table}.${place.column} has an unknown form.`);
  return { keyId, iv, tag, data };
}

function associatedData(place: Place, keyId: string): Buffer {
  return Buffer.from(['v1', place.workspaceId, place.table, place.row, place.column, keyId].join('|'));
}
