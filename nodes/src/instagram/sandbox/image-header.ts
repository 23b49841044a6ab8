/** What a picture file says about itself in its first bytes. */
export interface ImageHeader {
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp';
  /** Only read from JPEG, the one format that can be published. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** Recognises a picture by its content, whatever the server called it. */
export function findImageHeader(bytes: Buffer): ImageHeader | undefined {
  if (bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff)
    return { format: 'jpeg', size: findJpegSize(bytes) ?? null };
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])))
    return { format: 'png', size: null };
  if (bytes.subarray(0, 4).toString('latin1') === 'GIF8') return { format: 'gif', size: null };
  if (bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP')
    return { format: 'webp', size: null };
  return undefined;
}

/** Width and height from the start-of-frame segment (ITU T.81, B.2.2); `undefined` when there is none in these bytes. */
function findJpegSize(bytes: Buffer): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker >= 0xd0 && marker <= 0xd9) {
      at += 2; // markers without a body
      continue;
    }
    // C4, C8 and CC lie in the range of frame headers but are tables
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** The kind of an MP4/QuickTime file: are its boxes readable, and does the index (`moov`) come before the data? */
export function findMovieLayout(bytes: Buffer): { isMoovFirst: boolean } | undefined {
  if (bytes.length < 12 || bytes.subarray(4, 8).toString('latin1') !== 'ftyp') return undefined;
  let at = 0;
  while (at + 8 <= bytes.length) {
    const type = bytes.subarray(at + 4, at + 8).toString('latin1');
    if (type === 'moov') return { isMoovFirst: true };
    if (type === 'mdat') return { isMoovFirst: false };
    const length = bytes.readUInt32BE(at);
    if (length < 8) return undefined;
    at += length;
  }
  return undefined;
}
