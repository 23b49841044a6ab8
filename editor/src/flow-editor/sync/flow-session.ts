import type { DraftOperation, JsonValue } from '@heddle/schemas';
import { api, type FlowBindings, type FlowTestResult, type FlowView, type LiveChange } from '@heddle/schemas/api';
import { ApiProblem, toProblem } from '../../api/api-problem.ts';
import { callApi } from '../../api/client.ts';
import type { NodeCatalog } from '../model/node-catalog.ts';
import { createDraftSync, type SendResult } from '../store/draft-sync.ts';
import { createEditorStore, type EditorStore } from '../store/editor-store.ts';
import { rebaseDraft, takeLost } from '../store/rebase-draft.ts';

/** What the session tells the person; the page shows it as notifications. */
export interface SessionMessages {
  /** The server refused a change for good, so its draft was loaded anew. */
  refused(reason: string): void;
  /** Somebody else changed the draft, too. `lost`: what could not be kept, in words; `takeMine` makes it so after all, where that is possible. */
  merged(lost: readonly string[], takeMine: (() => void) | null): void;
  problem(error: unknown): void;
}

/** An open flow. Changes go to the store at once and to the server in batches. */
export interface FlowSession {
  readonly flowId: string;
  readonly store: EditorStore;
  /** Sends what waits. False when it could not be saved. */
  flush(): Promise<boolean>;
  hasUnsaved(): boolean;
  bindConnection(slot: string, connectionId: string | null): void;
  bindInput(name: string, value: JsonValue): void;
  /** @throws ApiProblem with the issues that prevent it, or with the test cases that fail unless they may. */
  publish(note: string, options?: { readonly evenIfTestsFail: boolean }): Promise<FlowView>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** @throws ApiProblem. */
  runTests(): Promise<readonly FlowTestResult[]>;
  /** A view of the flow that was loaded for another reason, such as after a gap in the live stream. */
  onLoaded(view: FlowView): void;
  /** Follows what others do to the flow. */
  onLive(changes: readonly LiveChange[]): void;
  /** Sends what waits and stops. */
  close(): void;
}

/** Live changes that come within this time of our own save are taken for its echo. */
const ECHO_MS = 3000;

/** A pause in typing after which a large flow is checked. */
const VALIDATE_AFTER_MS = 200;

/** Bindings are typed, too: they are sent after a pause of this length. */
const BIND_AFTER_MS = 400;

/** While the newest draft cannot be loaded, it is asked for again after this time. */
const MERGE_AGAIN_MS = 5000;

/** Opens a loaded flow for editing. */
export function openFlowSession(
  view: FlowView,
  catalog: NodeCatalog,
  options: { isReadOnly: boolean; messages: SessionMessages },
): FlowSession {
  const params = { id: view.id };
  const { messages } = options;
  let bindTimer: ReturnType<typeof setTimeout> | undefined;
  let isBinding = false;
  let savedAtMs = 0;
  let validateTimer: ReturnType<typeof setTimeout> | undefined;
  let merging: Promise<void> | null = null;
  let isClosed = false;

  const sync = createDraftSync({
    revision: view.draftRevision,
    draft: view.draft,
    send: (baseRevision, operations) => sendOperations(view.id, baseRevision, operations, onSaved),
    onState: (state) => store.getState().setSave(state),
    onConflict: () => {
      merging ??= merge().finally(() => {
        merging = null;
      });
    },
    onRefused: (reason) => {
      messages.refused(reason);
      void reload(true);
    },
  });
  const store = createEditorStore({
    document: view.draft,
    bindings: view.bindings,
    status: view,
    catalog,
    isReadOnly: options.isReadOnly,
    push: (operations) => sync.push(operations),
    nowMs: () => Date.now(),
    later: (work) => {
      clearTimeout(validateTimer);
      validateTimer = setTimeout(work, VALIDATE_AFTER_MS);
    },
  });

  function onSaved(answer: { bindings: FlowBindings; hasUnpublishedChanges: boolean }): void {
    savedAtMs = Date.now();
    store.getState().setStatus({ hasUnpublishedChanges: answer.hasUnpublishedChanges });
    if (bindTimer === undefined && !isBinding) store.getState().setBindings(answer.bindings);
  }
  const take = (next: FlowView) => {
    sync.reset(next.draftRevision, next.draft);
    store.getState().load(next.draft, next.bindings);
    store.getState().setStatus(next);
  };
  /** Brings what is not saved into the newest draft. Tried again until the server answers, as nothing is sent before. */
  const merge = async (): Promise<void> => {
    const next = await callApi(api.flows.get, { params }).catch((error: unknown) => toProblem(error));
    if (next instanceof ApiProblem) {
      store.getState().setSave({ kind: 'failed', reason: next.detail, isFinal: next.status === 404 });
      if (next.status === 404 || isClosed) return;
      await new Promise((resolve) => setTimeout(resolve, MERGE_AGAIN_MS));
      return merge();
    }
    const { document, operations, lost, renamed, isOurs } = rebaseDraft(
      sync.bases(),
      store.getState().document,
      next.draft,
    );
    sync.reset(next.draftRevision, next.draft);
    // Accounts that were chosen here a moment ago are on their way.
    const isChoosing = bindTimer !== undefined || isBinding;
    store.getState().load(document, isChoosing ? store.getState().bindings : next.bindings, renamed);
    store.getState().setStatus(next);
    if (operations.length > 0) sync.push(operations);
    if (isOurs) return;
    const canTake = takeLost(document, lost).length > 0;
    const takeMine = () => {
      const { document: now, change } = store.getState();
      change(takeLost(now, lost), { label: 'Take my changes' });
    };
    messages.merged(
      lost.map(({ text }) => text),
      canTake ? takeMine : null,
    );
  };
  const reload = async (isForced: boolean) => {
    try {
      const next = await callApi(api.flows.get, { params });
      // What was typed while we asked comes first: sending it will tell whether it still fits.
      if (isForced || (next.draftRevision > sync.revision() && !sync.hasPending())) take(next);
      else store.getState().setStatus(next);
    } catch (error) {
      if (isForced) store.getState().setSave({ kind: 'failed', reason: toProblem(error).detail, isFinal: true });
    }
  };
  const bind = (next: FlowBindings) => {
    store.getState().setBindings(next);
    clearTimeout(bindTimer);
    bindTimer = setTimeout(() => void sendBindings(), BIND_AFTER_MS);
  };
  const sendBindings = async () => {
    clearTimeout(bindTimer);
    bindTimer = undefined;
    isBinding = true;
    try {
      // A slot must be in the draft before an account can stand in for it.
      await sync.flush();
      const next = await callApi(api.flows.bind, { params, body: store.getState().bindings });
      store.getState().setStatus(next);
    } catch (error) {
      messages.problem(error);
    } finally {
      isBinding = false;
    }
  };
  const flush = async () => {
    if (bindTimer !== undefined) await sendBindings();
    if (await sync.flush()) return true;
    if (merging === null) return false;
    await merging;
    return sync.flush();
  };

  return {
    flowId: view.id,
    store,
    flush,
    hasUnsaved: () => sync.hasPending() || bindTimer !== undefined,
    bindConnection: (slot, connectionId) => {
      const { bindings } = store.getState();
      bind({ ...bindings, connections: { ...bindings.connections, [slot]: connectionId } });
    },
    bindInput: (name, value) => {
      const { bindings } = store.getState();
      bind({ ...bindings, inputs: { ...bindings.inputs, [name]: value } });
    },
    publish: async (note, { evenIfTestsFail } = { evenIfTestsFail: false }) => {
      await flush();
      const body = {
        draftRevision: sync.revision(),
        ...(note === '' ? {} : { note }),
        ...(evenIfTestsFail ? { evenIfTestsFail } : {}),
      };
      const next = await callApi(api.flows.publish, { params, body });
      store.getState().setStatus(next);
      return next;
    },
    pause: async () => store.getState().setStatus(await callApi(api.flows.pause, { params })),
    resume: async () => store.getState().setStatus(await callApi(api.flows.resume, { params })),
    runTests: async () => {
      await flush();
      return (await callApi(api.flows.test, { params })).results;
    },
    onLoaded: (next) => {
      store.getState().setStatus(next);
      if (next.draftRevision > sync.revision() && !sync.hasPending()) take(next);
    },
    onLive: (changes) => {
      const change = changes.findLast((entry) => entry.kind === 'flow' && entry.id === view.id);
      if (change?.kind !== 'flow' || sync.hasPending()) return;
      // The echo of our own save says nothing new; published or paused by somebody else, the revision is the same but the state is not.
      if (change.draftRevision <= sync.revision() && Date.now() - savedAtMs < ECHO_MS) return;
      void reload(false);
    },
    close: () => {
      isClosed = true;
      void flush().finally(() => sync.stop());
    },
  };
}

async function sendOperations(
  id: string,
  baseRevision: number,
  operations: DraftOperation[],
  onSaved: (answer: { bindings: FlowBindings; hasUnpublishedChanges: boolean }) => void,
): Promise<SendResult> {
  try {
    const answer = await callApi(api.flows.change, { params: { id }, body: { baseRevision, operations } });
    onSaved(answer);
    return { kind: 'done', draftRevision: answer.draftRevision };
  } catch (error) {
    return toSendResult(toProblem(error));
  }
}

/** Decides by status and code what a refused batch means. */
export function toSendResult(problem: Pick<ApiProblem, 'status' | 'code' | 'detail'>): SendResult {
  if (problem.status === 409) return { kind: 'conflict' };
  if (problem.status === 0 || problem.status === 429 || problem.status >= 500 || problem.status === 401)
    return { kind: 'later', reason: problem.detail };
  return { kind: 'refused', reason: problem.detail };
}
