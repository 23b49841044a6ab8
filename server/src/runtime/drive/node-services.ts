import type { HandlerServices, RunNodeEffect } from '@heddle/engine';
import { FlowError, type JsonValue } from '@heddle/schemas';
import { newId } from '../../database/index.ts';
import { boundConnection } from './bound-connection.ts';
import { sendOnce } from '../outbox/send-once.ts';
import type { Turn } from '../turn/turn.ts';
import type { LiveRun } from '../turn/turn-state.ts';
import { createRecordService } from '../records.ts';
import { readHistory } from './read-history.ts';

/** What a handler gets from outside for one node run, and what the driver asks of it afterwards. */
export interface NodeServices {
  readonly services: HandlerServices;
  /** True while a call that must be recorded is on its way. */
  isSending(): boolean;
  /** Rethrows what made the turn impossible to go on, which a handler may have swallowed. */
  throwIfLost(): void;
  /** Carries out changes to the contact and notices; called when the node did not fail. */
  applyBuffered(): void;
}

export function createNodeServices(turn: Turn, run: LiveRun, effect: RunNodeEffect): NodeServices {
  const { deps, claim } = turn;
  const buffered: (() => void)[] = [];
  let sending = 0;
  let lost: { readonly error: unknown } | null = null;

  /** Whatever is not a FlowError inside the machinery (lease, database) ends the turn, not the node. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (lost !== null) throw lost.error;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FlowError)) lost = { error };
      throw error;
    }
  };
  const changeContact = (change: (contact: NonNullable<Turn['contact']>) => void): Promise<void> => {
    const { contact } = turn;
    if (contact === null)
      return Promise.reject(
        new FlowError('NODE_CONFIG_INVALID', 'This run is not about a contact, so there is nobody to change.'),
      );
    buffered.push(() => {
      change(contact);
      turn.journal.pending.contact = contact;
    });
    return Promise.resolve();
  };

  const services: HandlerServices = {
    send: (request) => {
      sending += 1;
      return guarded(() => sendOnce(turn, run, effect, request)).finally(() => (sending -= 1));
    },
    read: async (connection, what, args) => {
      const { account, platform } = await deps.connections.openAccount(
        claim.workspaceId,
        boundConnection(run, connection),
      );
      return platform.read(what, args, account);
    },
    contacts: {
      addTag: (tag) => changeContact((contact) => void (contact.tags = [...new Set([...contact.tags, tag])])),
      removeTag: (tag) =>
        changeContact((contact) => void (contact.tags = contact.tags.filter((known) => known !== tag))),
      setField: (name: string, value: JsonValue) =>
        changeContact((contact) => void (contact.fields = { ...contact.fields, [name]: value })),
    },
    ai: {
      answer: (request) => deps.ai.answer(request),
      history: (limit) => guarded(() => readHistory(turn, limit)),
    },
    http: deps.http,
    records: createRecordService(deps.records, {
      workspaceId: claim.workspaceId,
      runId: run.id,
      flowId: run.flowId,
      node: effect.node,
      visit: effect.visit,
      connectionOf: (slot) => boundConnection(run, slot),
    }),
    notifyMembers: (text) => {
      buffered.push(() =>
        turn.journal.pending.notices.push({ id: newId(), runId: run.id, flowId: run.flowId, node: effect.node, text }),
      );
      return Promise.resolve();
    },
  };
  return {
    services,
    isSending: () => sending > 0,
    throwIfLost: () => {
      if (lost !== null) throw lost.error;
    },
    applyBuffered: () => {
      for (const apply of buffered) apply();
    },
  };
}
