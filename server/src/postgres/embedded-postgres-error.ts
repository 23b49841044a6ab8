export type EmbeddedPostgresErrorCode =
  | 'POSTGRES_BINARIES_MISSING'
  | 'POSTGRES_ROOT_REFUSED'
  | 'POSTGRES_INIT_FAILED'
  | 'POSTGRES_NOT_ANSWERING'
  | 'POSTGRES_START_FAILED';

/** The embedded Postgres could not be brought up. The last line of the message says what to do about it. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  /** @param problem What happened, naming the file or pid. @param advice One sentence in the imperative. */
  constructor(code: EmbeddedPostgresErrorCode, problem: string, advice: string, options?: ErrorOptions) {
    super(`${problem.trim()}\n${advice}`, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}

// What initdb and postgres print (always in English: both run with LC_ALL=C) when the cause lies outside of them.
const KNOWN_CAUSES: readonly [RegExp, (dataDir: string) => string][] = [
  [/No space left on device|Disk quota exceeded/, (dir) => `Free some disk space for ${dir}, then start again.`],
  [
    /Permission denied|wrong ownership|invalid permissions|Operation not permitted/,
    (dir) => `Make ${dir} and everything in it belong to the user who starts Heddle, or set HEDDLE_DATA_DIR elsewhere.`,
  ],
  [
    /could not create shared memory|Cannot allocate memory|out of memory/i,
    () => 'Free some memory (Postgres asks for about 200 MB), then start again.',
  ],
  [
    /error while loading shared libraries|not found \(required by|Exec format error/,
    () => 'This system cannot run the bundled Postgres. Set DATABASE_URL to a Postgres 15 or newer of your own.',
  ],
];

/** Turns the output of initdb or postgres into one sentence that says what to do. */
export function adviceFor(output: string, dataDir: string): string {
  const known = KNOWN_CAUSES.find(([pattern]) => pattern.test(output));
  return known?.[1](dataDir) ?? `Read the lines above, or set DATABASE_URL to a Postgres of your own.`;
}
