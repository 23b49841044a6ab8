/**
 * Says what is being done, so that nobody looks at a silent terminal.
 *
 * @param {string} text
 */
export function say(text) {
  console.log(`heddle  ${text}`);
}

/**
 * Says what is being done and how long it took.
 *
 * @template T
 * @param {string} text
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function saying(text, work) {
  say(`${text} …`);
  const startedAtMs = Date.now();
  const result = await work();
  say(`${text}: done in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  return result;
}
