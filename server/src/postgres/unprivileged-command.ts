// Postgres refuses to run as root, yet containers and small servers often have no other user.
import { spawnSync } from 'node:child_process';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The owner of files. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** How a Postgres program has to be started on this machine. */
export interface UnprivilegedCommand {
  /** Puts `unshare` in front where that is the way to shed root. */
  wrap(program: string, args: readonly string[]): { program: string; args: string[] };
  /** The user to switch to, where that is the way; its files must then belong to it. */
  readonly user: FileOwner | undefined;
}

const AS_WE_ARE: UnprivilegedCommand = { wrap: (program, args) => ({ program, args: [...args] }), user: undefined };

// In its own user namespace the program sees an unprivileged uid while its files stay ours,
// so this also works below /root (mode 0700) and changes nothing on the system.
const IN_USER_NAMESPACE: UnprivilegedCommand = {
  wrap: (program, args) => ({ program: 'unshare', args: ['--user', program, ...args] }),
  user: undefined,
};

/**
 * Chooses how to run Postgres: as we are; for root in a user namespace; where those are forbidden, as the user
 * `postgres` or `nobody` (a bare uid without an entry in passwd fails in initdb).
 *
 * @param probe A Postgres program that understands `--version`.
 * @param owner Whose the cluster is, if there is one: made by an ordinary user, it goes on under that user.
 * @throws EmbeddedPostgresError `POSTGRES_ROOT_REFUSED`
 */
export function unprivilegedCommand(probe: string, owner: FileOwner | undefined): UnprivilegedCommand {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return AS_WE_ARE;
  if (owner && owner.uid !== 0) return { ...AS_WE_ARE, user: owner };
  if (spawnSync('unshare', ['--user', probe, '--version']).status === 0) return IN_USER_NAMESPACE;
  for (const name of ['postgres', 'nobody']) {
    const user = { uid: numericId('-u', name), gid: numericId('-g', name) };
    if (user.uid > 0 && spawnSync(probe, ['--version'], user).status === 0) return { ...AS_WE_ARE, user };
  }
  throw new EmbeddedPostgresError(
    'POSTGRES_ROOT_REFUSED',
    'Postgres does not run as root, and neither a user namespace nor the users "postgres" and "nobody" can be used here.',
    'Start Heddle as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
  );
}

/** @returns NaN when there is no such user, which is not greater than 0. */
function numericId(flag: '-u' | '-g', name: string): number {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : Number.NaN;
}
