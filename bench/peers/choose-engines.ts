/** All engines, in the order in which they are measured; figures begin with their keys. */
export const ENGINE_KEYS = ['heddle', 'nodeRed', 'nodeRedKeepAlive', 'n8n', 'n8nFastest', 'n8nDurable'] as const;

export type EngineKey = (typeof ENGINE_KEYS)[number];

/**
 * Reads `--engines heddle,nodeRed`.
 *
 * @returns All engines when it is not there; always in the order of `ENGINE_KEYS`.
 * @throws Error that lists the engines when it names another one, or none
 */
export function chooseEngines(args: readonly string[]): EngineKey[] {
  const position = args.indexOf('--engines');
  const joined = args.find((arg) => arg.startsWith('--engines='))?.slice('--engines='.length);
  const given = position >= 0 ? (args[position + 1] ?? '') : joined;
  if (given === undefined) return [...ENGINE_KEYS];
  const wanted = given.split(',').map((key) => key.trim());
  const strange = wanted.find((key) => !ENGINE_KEYS.some((known) => known === key));
  if (strange !== undefined) throw new Error(`There is no engine "${strange}". Choose of ${ENGINE_KEYS.join(', ')}.`);
  return ENGINE_KEYS.filter((key) => wanted.includes(key));
}
