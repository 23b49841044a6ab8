/** Random numbers without a random source: the same words always give the same number. */

/**
 * A number 0 ≤ x < 1 out of a text, evenly spread; not for secrets.
 *
 * cyrb53 by bryc (public domain), 53 bits.
 */
export function hashToUnit(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)) / 2 ** 53;
}

/** Random numbers of one visit of one node: the same row of numbers each time the visit runs. */
export function randomFor(seed: number, node: string, visit: number): () => number {
  let draw = 0;
  return () => hashToUnit(`${seed}/${node}/${visit}/${draw++}`);
}

/** The number that belongs to a contact and a salt for ever: the same contact always falls into the same group. */
export function stickyRandom(contactId: string, salt: string): number {
  return hashToUnit(`${contactId}\u0000${salt}`);
}
