import { compileFlow, RUNTIME_CAPABILITIES } from '@heddle/engine';
import { FlowError, type FlowDocument } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';

/** Flows that call flows that call flows: the runtime goes no deeper either. */
const MAX_DEPTH = 10;

/**
 * The live versions of the flows that a draft calls, and of those that they call, by the name or id that the call uses. One that is not
 * live, or cannot run any more, is left out: the call fails, as it would.
 */
export async function readCalledFlows(tx: Tx, deps: Deps, draft: FlowDocument): Promise<Record<string, FlowDocument>> {
  const found: Record<string, FlowDocument> = {};
  let wanted = calledBy(draft);
  for (let depth = 0; depth < MAX_DEPTH && wanted.length > 0; depth++) {
    // By id, else by name; of several with one name the oldest, as the runtime chooses.
    const { rows } = await sql<{ name: string; document: FlowDocument }>`
      select distinct on (w.name) w.name, v.document
      from unnest(${wanted}::text[]) as w(name)
      join heddle.flow f on (f.id::text = w.name or f.name = w.name) and f.state = 'live' and f.deleted_at is null
      join heddle.flow_version v on v.workspace_id = f.workspace_id and v.flow_id = f.id and v.version = f.published_version
      order by w.name, (f.id::text = w.name) desc, f.created_at, f.id`.execute(tx);
    const next = new Set<string>();
    for (const { name, document } of rows) {
      if (!canRun(deps, document)) continue;
      found[name] = document;
      for (const called of calledBy(document)) if (!Object.hasOwn(found, called)) next.add(called);
    }
    wanted = [...next];
  }
  return found;
}

/** Names that stand in the config as they are; one that is computed is known only while it runs. */
function calledBy(document: FlowDocument): string[] {
  const names = Object.values(document.nodes).flatMap(({ type, config }) =>
    type === 'core/call-flow' && typeof config['flow'] === 'string' && config['flow'] !== '' ? [config['flow']] : [],
  );
  return [...new Set(names)];
}

function canRun(deps: Deps, document: FlowDocument): boolean {
  try {
    compileFlow(document, deps.registry, { capabilities: RUNTIME_CAPABILITIES });
    return true;
  } catch (error) {
    if (error instanceof FlowError) return false;
    throw error;
  }
}
