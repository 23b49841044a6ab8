import { randomBytes } from 'node:crypto';
import type { FlowDocument } from '@heddle/schemas';
import { hashSecret } from '../accounts/auth-options.ts';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';
import type { Place } from '../vault/index.ts';
import type { FlowRow } from './flow-row.ts';

const HOOK_EVENT = 'core/webhook';

/** Gives every webhook trigger of a document its secret address. An address stays as long as its node does. */
export async function ensureHooks(tx: Tx, deps: Deps, flow: FlowRow, document: FlowDocument): Promise<void> {
  const wanted = Object.entries(document.nodes).filter(([, node]) =>
    deps.registry.find(node.type)?.events.includes(HOOK_EVENT),
  );
  const known = await tx.selectFrom('heddle.flow_hook').select('node').where('flow_id', '=', flow.id).execute();
  for (const [node] of wanted) {
    if (known.some((hook) => hook.node === node)) continue;
    const token = randomBytes(24).toString('base64url');
    const token_sealed = await deps.vault.seal(hookPlace(flow, node), token);
    await tx
      .insertInto('heddle.flow_hook')
      .values({ workspace_id: flow.workspace_id, flow_id: flow.id, node, token_hash: hashSecret(token), token_sealed })
      .execute();
  }
  const kept = wanted.map(([node]) => node);
  const stale = known.map((hook) => hook.node).filter((node) => !kept.includes(node));
  if (stale.length > 0)
    await tx.deleteFrom('heddle.flow_hook').where('flow_id', '=', flow.id).where('node', 'in', stale).execute();
}

/** Address of each webhook trigger by node id. */
export async function hookUrls(tx: Tx, deps: Deps, flow: FlowRow): Promise<Record<string, string>> {
  const hooks = await tx
    .selectFrom('heddle.flow_hook')
    .select(['node', 'token_sealed'])
    .where('flow_id', '=', flow.id)
    .orderBy('node')
    .execute();
  const entries = hooks.map(async ({ node, token_sealed }): Promise<[string, string]> => {
    const token = await deps.vault.open(hookPlace(flow, node), token_sealed);
    return [node, `${deps.settings.publicUrl}/api/hooks/${token}`];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function hookPlace(flow: FlowRow, node: string): Place {
  return { workspaceId: flow.workspace_id, table: 'flow_hook', row: `${flow.id}:${node}`, column: 'token_sealed' };
}
