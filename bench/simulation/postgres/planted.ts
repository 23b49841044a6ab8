import type pg from 'pg';
import type { Bug } from '../bugs.ts';

/**
 * Bugs that can be planted here: what the tables would look like if the runtime had them, as SQL about the workspace `$1` that is run after
 * each event that comes in, each checkpoint, or each time that a process dies or freezes.
 */
const PLANTED: Partial<Record<Bug, { readonly after: 'ingest' | 'checkpoint' | 'strike'; readonly text: string }>> = {
  noDedupeKey: { after: 'ingest', text: 'delete from heddle.event_key where workspace_id = $1' },
  loseWait: { after: 'checkpoint', text: `delete from heddle.wait where workspace_id = $1 and kind = 'time'` },
  forgetTold: {
    after: 'checkpoint',
    text: 'update heddle.run set is_reported = false where workspace_id = $1 and parent_run_id is not null',
  },
  resendUnknown: {
    after: 'strike',
    text: `update heddle.outbox set state = 'planned', sending_at = null where workspace_id = $1 and state = 'sending'`,
  },
};

/** @throws Error for a bug that only the model can have. */
export function plantIn(
  owner: pg.Pool,
  workspaceId: string,
  bugs: readonly Bug[],
): (moment: 'ingest' | 'checkpoint' | 'strike') => Promise<void> {
  const planted = bugs.map((bug) => {
    const found = PLANTED[bug];
    if (found === undefined)
      throw new Error(`"${bug}" cannot be planted in Postgres. Choose one of: ${Object.keys(PLANTED).join(', ')}.`);
    return found;
  });
  return async (moment) => {
    for (const { after, text } of planted) if (after === moment) await owner.query(text, [workspaceId]);
  };
}
