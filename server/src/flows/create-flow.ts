import { FLOW_FORMAT_VERSION, type FlowDocument, type JsonObject } from '@heddle/schemas';
import type { FlowView } from '@heddle/schemas/api';
import { newId } from '../database/index.ts';
import type { Caller } from '../http/caller.ts';
import type { Deps } from '../http/deps.ts';
import { bindEmptySlots } from './bindings.ts';
import { draftColumns } from './flow-row.ts';
import { toFlowView } from './flow-view.ts';

/** A flow without nodes. */
export function emptyFlow(name: string): FlowDocument {
  return { formatVersion: FLOW_FORMAT_VERSION, name, nodes: {}, edges: [] };
}

/** Stores a document as the draft of a new flow. Runs nothing. @throws FlowError `FLOW_INVALID`. */
export async function createFlow(
  deps: Deps,
  caller: Caller,
  draft: FlowDocument,
  inputs: JsonObject = {},
): Promise<FlowView> {
  const id = newId();
  const now = new Date(deps.clock.nowMs());
  const view = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
    const flow = await tx
      .insertInto('heddle.flow')
      .values({
        workspace_id: caller.workspaceId,
        id,
        ...draftColumns(deps, draft),
        state: 'draft',
        draft_revision: 1,
        inputs: JSON.stringify(inputs),
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await bindEmptySlots(tx, flow);
    return toFlowView(tx, deps, flow);
  });
  deps.live.publish(caller.workspaceId, [{ kind: 'flow', id, draftRevision: 1 }]);
  return view;
}
