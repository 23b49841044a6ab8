/**
 * A short fingerprint of a caption, 53 bits as 14 hex digits: tells an edited caption from the one that was read before. No protection
 * against somebody who looks for two captions with one fingerprint; they would only spoil their own post.
 *
 * cyrb53 (bryc, public domain), multiplications as in MurmurHash3.
 */
export function captionHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(16).padStart(14, '0');
}
