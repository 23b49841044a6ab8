import type { PictureFacts } from '@heddle/engine';

/** Format, width and height of a picture by its first bytes, whatever the server calls it. Width and height are read from JPEG and PNG. */
export function readPictureHeader(file: Buffer): Omit<PictureFacts, 'bytes'> {
  if (file.length >= 3 && file.readUIntBE(0, 3) === 0xffd8ff) return { format: 'jpeg', ...jpegSize(file) };
  if (file.length >= 24 && file.toString('latin1', 1, 4) === 'PNG') {
    return { format: 'png', width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
  }
  if (file.toString('latin1', 0, 4) === 'GIF8') return { format: 'gif', width: null, height: null };
  if (file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WEBP') {
    return { format: 'webp', width: null, height: null };
  }
  return { format: 'unknown', width: null, height: null };
}

/** Tables that lie in the range of frame headers: huffman, JPG extension, arithmetic coding. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);

/** From the frame header (ITU T.81, B.2.2): segments are walked through until it comes. */
function jpegSize(file: Buffer): { width: number | null; height: number | null } {
  let at = 2;
  while (at + 9 <= file.length && file[at] === 0xff) {
    const marker = file.readUInt8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) {
      return { width: file.readUInt16BE(at + 7), height: file.readUInt16BE(at + 5) };
    }
    const isBare = (marker >= 0xd0 && marker <= 0xd9) || marker === 0x01;
    if (marker === 0xff) at += 1;
    else at += isBare ? 2 : 2 + file.readUInt16BE(at + 2);
  }
  return { width: null, height: null };
}
