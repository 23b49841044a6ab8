import { FlowDocumentSchema, FlowError, validatorOf, type FlowDocument } from '@heddle/schemas';
import type { Selectable } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';
import type { FlowTables } from './tables.ts';

export type FlowRow = Selectable<FlowTables['heddle.flow']>;

/** Without the large columns: what a list needs. */
export type FlowSummaryRow = Omit<FlowRow, 'draft' | 'inputs'>;

/** Columns of a FlowSummaryRow. */
export const SUMMARY_COLUMNS = [
  'workspace_id',
  'id',
  'name',
  'state',
  'draft_revision',
  'published_revision',
  'published_version',
  'triggers',
  'created_at',
  'updated_at',
  'deleted_at',
] as const;

/** A draft larger than this is no flow that anybody draws. The canvas and the linter are made for 500 nodes. */
const MAX_DRAFT_BYTES = 2_097_152;
const MAX_NODES = 1_000;

/** A flow that is not deleted. @throws FlowError `NOT_FOUND`. */
export async function getFlow(tx: Tx, id: string): Promise<FlowRow> {
  const row = await tx
    .selectFrom('heddle.flow')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) throw new FlowError('NOT_FOUND', `There is no flow ${id}.`);
  return row;
}

/** The same, locked until the transaction ends: for every change. */
export async function lockFlow(tx: Tx, id: string): Promise<FlowRow> {
  const row = await tx
    .selectFrom('heddle.flow')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new FlowError('NOT_FOUND', `There is no flow ${id}.`);
  return row;
}

/** Columns that follow from the draft. @throws FlowError `FLOW_INVALID` when it does not have the shape of a flow; `FLOW_TOO_LARGE`. */
export function draftColumns(deps: Deps, draft: FlowDocument): { draft: string; name: string; triggers: string[] } {
  const nodeCount = Object.keys(draft.nodes).length;
  if (nodeCount > MAX_NODES)
    throw new FlowError('FLOW_TOO_LARGE', `The flow has ${nodeCount} nodes; a flow may have at most ${MAX_NODES}.`);
  validatorOf(FlowDocumentSchema).parse(draft, 'FLOW_INVALID');
  const text = JSON.stringify(draft);
  if (Buffer.byteLength(text) > MAX_DRAFT_BYTES)
    throw new FlowError('FLOW_TOO_LARGE', `The flow has more than ${MAX_DRAFT_BYTES} bytes as JSON.`);
  const types = Object.values(draft.nodes).map((node) => node.type);
  return {
    draft: text,
    name: draft.name,
    triggers: [...new Set(types.filter((type) => deps.registry.find(type)?.role === 'trigger'))],
  };
}

/** Writes a changed draft and counts its revision up. */
export async function saveDraft(tx: Tx, deps: Deps, flow: FlowRow, draft: FlowDocument): Promise<FlowRow> {
  return tx
    .updateTable('heddle.flow')
    .set({
      ...draftColumns(deps, draft),
      draft_revision: flow.draft_revision + 1,
      updated_at: new Date(deps.clock.nowMs()),
    })
    .where('id', '=', flow.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A published version. @throws FlowError `NOT_FOUND`. */
export async function getVersion(
  tx: Tx,
  flowId: string,
  version: number,
): Promise<Selectable<FlowTables['heddle.flow_version']>> {
  const row = await tx
    .selectFrom('heddle.flow_version')
    .selectAll()
    .where('flow_id', '=', flowId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) throw new FlowError('NOT_FOUND', `The flow has no version ${version}.`);
  return row;
}
