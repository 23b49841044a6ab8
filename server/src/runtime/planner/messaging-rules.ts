import type { MessagingRules } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Database } from '../../database/index.ts';
import type { Clock } from '../clock.ts';
import { toJsonb } from '../../database/jsonb.ts';

/** The rules of the workspaces. */
export interface MessagingRulesStore {
  /** At most 5 s old when another process saved them, fresh when this one did. A workspace that set none has none. */
  get(workspaceId: string): Promise<MessagingRules>;
  save(workspaceId: string, rules: MessagingRules): Promise<void>;
}

/** Every send asks for the rules, and they change a few times a year. */
const KEEP_MS = 5_000;
const MAX_KEPT = 10_000;

export function createMessagingRules(deps: {
  readonly database: Database;
  readonly clock: Clock;
}): MessagingRulesStore {
  const kept = new Map<string, { readonly rules: MessagingRules; readonly readAtMs: number }>();
  const keep = (workspaceId: string, rules: MessagingRules): MessagingRules => {
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(workspaceId, { rules, readAtMs: deps.clock.nowMs() });
    return rules;
  };
  return {
    async get(workspaceId) {
      const known = kept.get(workspaceId);
      if (known !== undefined && Math.abs(deps.clock.nowMs() - known.readAtMs) < KEEP_MS) return known.rules;
      const { rows } = await deps.database.withWorkspace(workspaceId, (tx) =>
        sql<{ rules: MessagingRules }>`
          select rules from heddle.messaging_rules where workspace_id = ${workspaceId}`.execute(tx),
      );
      return keep(workspaceId, rows[0]?.rules ?? {});
    },
    async save(workspaceId, rules) {
      const json = toJsonb(rules);
      const at = new Date(deps.clock.nowMs());
      await deps.database.withWorkspace(workspaceId, (tx) =>
        sql`
          insert into heddle.messaging_rules (workspace_id, rules, updated_at) values (${workspaceId}, ${json}::jsonb, ${at})
          on conflict (workspace_id) do update set rules = excluded.rules, updated_at = excluded.updated_at`.execute(
          tx,
        ),
      );
      keep(workspaceId, rules);
    },
  };
}
