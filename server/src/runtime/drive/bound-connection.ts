import { FlowError } from '@heddle/schemas';
import type { LiveRun } from '../turn/turn-state.ts';

/** The connection behind a slot (`@shop`). @throws FlowError `CONNECTION_NOT_READY` when none was chosen. */
export function boundConnection(run: LiveRun, slot: string): string {
  const name = slot.replace(/^@/, '');
  const id = Object.hasOwn(run.bindings.connections, name) ? run.bindings.connections[name] : undefined;
  if (id === undefined || id === null)
    throw new FlowError('CONNECTION_NOT_READY', `No account is chosen for "@${name}".`);
  return id;
}
