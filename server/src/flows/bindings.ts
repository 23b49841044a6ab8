import { FlowError, type FlowDocument, type JsonValue } from '@heddle/schemas';
import type { FlowBindings } from '@heddle/schemas/api';
import type { Tx } from '../database/index.ts';
import type { FlowRow } from './flow-row.ts';

/** The connection of each slot of the draft, null where none is chosen, and the values of its inputs. */
export async function readBindings(tx: Tx, flow: FlowRow): Promise<FlowBindings> {
  const rows = await tx
    .selectFrom('heddle.flow_binding')
    .select(['slot', 'connection_id'])
    .where('flow_id', '=', flow.id)
    .execute();
  const bound = new Map(rows.map((row) => [row.slot, row.connection_id]));
  const slots = Object.keys(flow.draft.connections ?? {});
  return { connections: Object.fromEntries(slots.map((slot) => [slot, bound.get(slot) ?? null])), inputs: flow.inputs };
}

/** Chooses the default connection of its platform for every slot that has none, or the only one there is. */
export async function bindEmptySlots(tx: Tx, flow: FlowRow): Promise<FlowBindings> {
  const bindings = await readBindings(tx, flow);
  const empty = Object.entries(flow.draft.connections ?? {}).filter(([slot]) => bindings.connections[slot] === null);
  if (empty.length === 0) return bindings;
  const usable = await tx
    .selectFrom('heddle.connection')
    .select(['id', 'platform', 'is_default'])
    .where('disconnected_at', 'is', null)
    .where('token_sealed', 'is not', null)
    .execute();
  for (const [slot, { platform }] of empty) {
    const candidates = usable.filter((connection) => connection.platform === platform);
    const chosen =
      candidates.find((connection) => connection.is_default) ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (chosen === undefined) continue;
    await tx
      .insertInto('heddle.flow_binding')
      .values({ workspace_id: flow.workspace_id, flow_id: flow.id, slot, connection_id: chosen.id })
      .onConflict((conflict) =>
        conflict.columns(['workspace_id', 'flow_id', 'slot']).doUpdateSet({ connection_id: chosen.id }),
      )
      .execute();
    bindings.connections[slot] = chosen.id;
  }
  return bindings;
}

/**
 * Replaces the bindings of a flow.
 *
 * @throws FlowError `NOT_FOUND` for a connection of no such workspace, `REQUEST_INVALID` for a slot or input that the draft does not have,
 * a connection of another platform, or a value of another type.
 */
export async function writeBindings(tx: Tx, flow: FlowRow, bindings: FlowBindings): Promise<FlowRow> {
  const slots = flow.draft.connections ?? {};
  await tx.deleteFrom('heddle.flow_binding').where('flow_id', '=', flow.id).execute();
  for (const [slot, connectionId] of Object.entries(bindings.connections)) {
    const spec = Object.hasOwn(slots, slot) ? slots[slot] : undefined;
    if (spec === undefined) throw new FlowError('REQUEST_INVALID', `The flow has no account "@${slot}".`);
    if (connectionId === null) continue;
    const connection = await tx
      .selectFrom('heddle.connection')
      .select('platform')
      .where('id', '=', connectionId)
      .where('disconnected_at', 'is', null)
      .executeTakeFirst();
    if (connection === undefined) throw new FlowError('NOT_FOUND', `There is no connection ${connectionId}.`);
    if (connection.platform !== spec.platform)
      throw new FlowError(
        'REQUEST_INVALID',
        `"@${slot}" needs an account of ${spec.platform}, not of ${connection.platform}.`,
      );
    await tx
      .insertInto('heddle.flow_binding')
      .values({ workspace_id: flow.workspace_id, flow_id: flow.id, slot, connection_id: connectionId })
      .execute();
  }
  checkInputs(flow.draft, bindings.inputs);
  return tx
    .updateTable('heddle.flow')
    .set({ inputs: JSON.stringify(bindings.inputs) })
    .where('id', '=', flow.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function checkInputs(draft: FlowDocument, values: FlowBindings['inputs']): void {
  for (const [name, value] of Object.entries(values)) {
    const input = Object.hasOwn(draft.inputs ?? {}, name) ? draft.inputs?.[name] : undefined;
    if (input === undefined) throw new FlowError('REQUEST_INVALID', `The flow has no input "${name}".`);
    if (value !== null && !fits(input.type, value))
      throw new FlowError('REQUEST_INVALID', `"${input.label}" must be a ${input.type}.`);
  }
}

function fits(type: NonNullable<FlowDocument['inputs']>[string]['type'], value: JsonValue): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'url':
      return (
        typeof value === 'string' &&
        (value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)))
      );
    default:
      return typeof value === 'string';
  }
}
