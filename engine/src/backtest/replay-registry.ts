/** Handlers that answer from the record instead of from the outside. The code of the nodes is the real one. */
import {
  ERRORS,
  FlowError,
  isJsonObject,
  type ErrorCode,
  type ErrorRecord,
  type PlatformAction,
} from '@heddle/schemas';
import { randomFor } from '../advance/index.ts';
import { done, type HandlerRegistry, type MatchResult, type NodeHandler } from '../plugin/index.ts';
import { planSend } from '../planner/index.ts';
import type { OutcomeBook } from './outcome-book.ts';
import type { PastSend, RecordedEvent, RecordedRead, Rival } from './recorded.ts';

/** What the replay knows while nodes run. Changed by the replay between events. */
export interface ReplayState {
  readonly platform: string;
  readonly book: OutcomeBook;
  readonly draft: DraftStanding;
  /** Comments that have their private reply. */
  readonly answeredComments: Set<string>;
  readonly validate: (platform: string, action: PlatformAction) => readonly { readonly message: string }[];
  /** The event that is offered to the triggers. */
  current: RecordedEvent | null;
  lastInboundAtMs: number | null;
  /** The event that started a run, child runs included. */
  startOf(runId: string): RecordedEvent | null;
  /** @param key Of the send within the run; what is tried again replaces the earlier try. */
  noteSend(runId: string, key: string, send: PastSend): void;
  /** Something in the result rests on a guess. */
  noteGuess(runId: string, words: string): void;
}

/** What decides between flows that want the same event. */
export interface DraftStanding {
  readonly priority: number;
  readonly liveSinceMs: number;
}

/** As a handler of any config type is called. */
type Context = Parameters<NonNullable<NodeHandler['run']>>[0];

/** Thrown to leave a handler whose answer is known as a whole. */
class RecordedAnswer extends Error {
  readonly read: RecordedRead;
  constructor(read: RecordedRead) {
    super('The answer is on record');
    this.read = read;
  }
}

/** The same node types over the record. */
export function createReplayRegistry(registry: HandlerRegistry, state: ReplayState): HandlerRegistry {
  const wrapped = new Map<string, NodeHandler>();
  return {
    find: registry.find,
    all: registry.all,
    getHandler: (type) => {
      const known = wrapped.get(type) ?? wrap(registry.getHandler(type), state);
      wrapped.set(type, known);
      return known;
    },
  };
}

function wrap(handler: NodeHandler, state: ReplayState): NodeHandler {
  const { definition, match, run } = handler;
  return {
    definition,
    ...(match === undefined
      ? {}
      : {
          match: (context) => {
            const { current } = state;
            if (current === null) return match(context);
            const isElsewhere = definition.connections.some(({ field }) => {
              const slot = context.config[field];
              return current.slots !== null && !(typeof slot === 'string' && current.slots.includes(slot.slice(1)));
            });
            if (isElsewhere) return { reason: `"${definition.title}" listens to another account.` };
            return yieldToRival(match({ ...context, event: current.event }), current.rival, state.draft);
          },
        }),
    ...(run === undefined
      ? {}
      : {
          run: async (context) => {
            try {
              return await run(overRecord(context, state));
            } catch (error) {
              if (!(error instanceof RecordedAnswer)) throw error;
              return done(error.read.port ?? 'out', error.read.output);
            }
          },
        }),
  };
}

function yieldToRival(result: MatchResult, rival: Rival | null, draft: DraftStanding): MatchResult {
  if ('reason' in result || rival === null || rival.kind !== 'started') return result;
  const lead =
    draft.priority - rival.priority || result.specificity - rival.specificity || rival.liveSinceMs - draft.liveSinceMs;
  return lead > 0 ? result : { reason: `"${rival.flowName}" took the event.` };
}

function overRecord(context: Context, state: ReplayState): Context {
  const { run, input } = context;
  const seed = state.startOf(run.id)?.seed ?? null;
  let read: RecordedRead | undefined;
  /** What this node run got when it really ran. @throws FlowError when it failed then. */
  const recall = (): RecordedRead | undefined => {
    read ??= state.book.findRead(run.node, input);
    if (read !== undefined && read.error !== null) throw toFlowError(read.error);
    return read;
  };
  const guess = (what: string) => state.noteGuess(run.id, `"${run.node}" has no recorded answer for this: ${what}`);
  return {
    ...context,
    // The same draw as in production; the numbers of a run that did not take place are the replay's own.
    ...(seed === null ? {} : { random: randomFor(seed, run.node, run.visit) }),
    send: (request) => sendOverRecord(context, state, request),
    ai: {
      ...context.ai,
      answer: async (request) => {
        const known = recall();
        const output = known !== undefined && isJsonObject(known.output) ? known.output : {};
        if (typeof output['text'] === 'string' && typeof output['model'] === 'string')
          return { text: output['text'], model: output['model'], inputTokens: 0, outputTokens: 0 };
        if (typeof output['reason'] === 'string') throw new FlowError('AI_FAILED', output['reason']);
        if (known !== undefined) throw new RecordedAnswer(known);
        guess('the fallback was taken instead of asking the AI provider.');
        return context.ai.answer(request);
      },
    },
    http: {
      request: async (request) => {
        const known = recall();
        const output = known !== undefined && isJsonObject(known.output) ? known.output : {};
        const { status, body, headers } = output;
        if (typeof status === 'number' && typeof body === 'string') return { status, body, headers: toText(headers) };
        if (known !== undefined) throw new RecordedAnswer(known);
        guess('the call is taken as failed.');
        return context.http.request(request);
      },
    },
    read: async (connection, what, args) => {
      const known = recall();
      if (known !== undefined) throw new RecordedAnswer(known);
      guess(`reading "${what}" is taken as failed.`);
      return context.read(connection, what, args);
    },
  };
}

function toText(headers: unknown): Record<string, string> {
  return isJsonObject(headers)
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    : {};
}

/** Applies the rules that would apply to a real send, then what the platform said to the same thing. */
async function sendOverRecord(
  context: Context,
  state: ReplayState,
  request: Parameters<Context['send']>[0],
): ReturnType<Context['send']> {
  const { run, contact, nowMs } = context;
  const { action } = request;
  const { node } = run;
  const key = `${run.id}/${node}/${run.visit}/${request.key}`;
  const refuse = (error: FlowError): FlowError => {
    const outcome = error.code.startsWith('SEND_') ? 'refused' : 'failed';
    state.noteSend(run.id, key, { node, action, outcome, reason: error.message });
    return error;
  };
  const issues = action.kind === 'http' ? [] : state.validate(state.platform, action);
  if (issues.length > 0) throw refuse(new FlowError('SEND_INVALID', issues.map(({ message }) => message).join(' ')));
  const plan = planSend({
    platform: action.kind === 'http' ? 'http' : state.platform,
    action,
    nowMs,
    contact:
      contact === null ? null : { isOptedOut: contact.isOptedOut === true, lastInboundAtMs: state.lastInboundAtMs },
    commentAtMs: state.startOf(run.id)?.event.occurredAtMs ?? null,
    isCommentAnsweredPrivately: action.kind === 'privateReply' && state.answeredComments.has(action.commentId),
  });
  if (plan.decision === 'refuse') throw refuse(new FlowError(plan.code, plan.reason));
  const known = state.book.findSend(key, node, action);
  if (known !== undefined && known.error !== null) throw refuse(toFlowError(known.error));
  if (known === undefined && action.kind === 'http')
    state.noteGuess(run.id, `"${node}" has no recorded answer for this: the called service is taken to say nothing.`);
  const receipt = await context.send(request);
  if (action.kind === 'privateReply') state.answeredComments.add(action.commentId);
  state.noteSend(run.id, key, { node, action, outcome: 'sent' });
  return known?.receipt ?? receipt;
}

/** Codes of a record may be those of an older release. */
function toFlowError({ code, message }: ErrorRecord): FlowError {
  // Checked by the condition.
  return new FlowError(Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'NODE_CRASHED', message);
}
