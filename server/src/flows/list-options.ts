import type { FieldOption, OptionsContext } from '@heddle/engine';
import { FlowError, toErrorRecord, type JsonObject } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Deps } from '../http/deps.ts';
import { createPublicHttpService } from '../http/public-http-service.ts';
import { readBindings } from './bindings.ts';
import { getFlow } from './flow-row.ts';

/** A form waits for it, so a slow platform is a failed one. */
const TIMEOUT_MS = 10_000;
const MAX_OPTIONS = 200;
const http = createPublicHttpService();

/**
 * Asks the handler of a node type for the choices of a field.
 *
 * @returns At most 200, each with a label. @throws FlowError `NOT_FOUND` for a flow, `NODE_TYPE_UNKNOWN`, `REQUEST_INVALID` for a field
 * without such choices, whatever the handler throws, `NODE_TIMED_OUT` after 10 s, and `NODE_CRASHED` for a fault in its code.
 */
export async function listOptions(
  deps: Deps,
  workspaceId: string,
  flowId: string,
  wanted: { readonly type: string; readonly field: string; readonly config: JsonObject; readonly search?: string },
): Promise<{ value: string; label: string }[]> {
  const bindings = await deps.database.withWorkspace(workspaceId, async (tx) =>
    readBindings(tx, await getFlow(tx, flowId)),
  );
  const { options = {}, definition } = deps.registry.getHandler(wanted.type);
  const list = Object.hasOwn(options, wanted.field) ? options[wanted.field] : undefined;
  if (list === undefined)
    throw new FlowError('REQUEST_INVALID', `"${definition.title}" has no field "${wanted.field}" with choices.`);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const context: OptionsContext = {
    config: wanted.config,
    search: wanted.search ?? '',
    signal,
    http,
    read: async (slot, what, args) => {
      const id = bindings.connections[slot.replace(/^@/, '')];
      if (id === undefined || id === null)
        throw new FlowError('CONNECTION_NOT_READY', `No account is chosen for "${slot}".`);
      const { account, platform } = await deps.connections.openAccount(workspaceId, id);
      return platform.read(what, args, account);
    },
    contacts: {
      tags: () => readNames(deps, workspaceId, 'tags'),
      fields: () => readNames(deps, workspaceId, 'fields'),
    },
  };
  return toChoices(await within(signal, definition.title, list(context)), context.search);
}

async function within<T>(signal: AbortSignal, title: string, work: Promise<T>): Promise<T> {
  const timeout = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(new FlowError('NODE_TIMED_OUT', `"${title}" gave no choices within ${TIMEOUT_MS / 1000} s.`)),
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } catch (error) {
    if (error instanceof FlowError) throw error;
    throw new FlowError('NODE_CRASHED', `"${title}" could not list its choices: ${toErrorRecord(error).message}`, {
      cause: error,
    });
  }
}

function toChoices(options: readonly FieldOption[], search: string): { value: string; label: string }[] {
  const wanted = search.trim().toLowerCase();
  const seen = new Set<string>();
  return options
    .map(({ value, label }) => ({ value, label: label ?? value }))
    .filter(({ value, label }) => {
      if (value === '' || seen.has(value) || !`${label} ${value}`.toLowerCase().includes(wanted)) return false;
      seen.add(value);
      return true;
    })
    .slice(0, MAX_OPTIONS);
}

/** What contacts carry, by the 5,000 that were active last: on a large workspace the form must not wait for all of them. */
async function readNames(deps: Deps, workspaceId: string, what: 'tags' | 'fields'): Promise<string[]> {
  const names = what === 'tags' ? sql`unnest(c.tags)` : sql`jsonb_object_keys(c.fields)`;
  const { rows } = await deps.database.withWorkspace(workspaceId, (tx) =>
    sql<{ name: string }>`
      select distinct ${names} as name from (select tags, fields from heddle.contact order by last_event_at desc, id desc limit 5000) c
      order by name limit 1000`.execute(tx),
  );
  return rows.map(({ name }) => name);
}
