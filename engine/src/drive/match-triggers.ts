import { FlowError, type ContactFacts, type InboundEvent, type JsonObject, type JsonValue } from '@heddle/schemas';
import { assertFilledConfig, type CompiledNode, type Program } from '../compile/index.ts';
import type { Scope } from '../expressions/index.ts';
import type { HandlerRegistry, MatchResult } from '../plugin/index.ts';
import { fillInputs } from './prepare-node-run.ts';

/** What the host knows when an event comes in. */
export interface MatchFacts {
  readonly flowId: string;
  readonly inputs: JsonObject;
  readonly contact: ContactFacts | null;
  readonly nowMs: number;
  /** Slots that are bound to the account the event came in on (`shop`, without "@"). Undefined: every slot counts. */
  readonly slots?: readonly string[];
}

/** A trigger's answer to an event. */
export type TriggerOutcome =
  | { readonly node: string; readonly output: JsonValue; readonly specificity: number }
  | { readonly node: string; readonly reason: string };

/**
 * Asks every trigger that listens to this kind of event. Pure; never throws: a trigger that fails has not matched, with the reason.
 *
 * @returns One outcome per trigger that listens, in document order.
 */
export function matchTriggers(
  program: Program,
  registry: HandlerRegistry,
  event: InboundEvent,
  facts: MatchFacts,
): TriggerOutcome[] {
  const listening = program.triggers.filter((node) => node.definition.events.includes(event.kind));
  return listening.map((node) => {
    const result = matchOne(node, program, registry, event, facts);
    return 'reason' in result
      ? { node: node.id, reason: result.reason }
      : { node: node.id, output: result.output, specificity: result.specificity };
  });
}

function matchOne(
  node: CompiledNode,
  program: Program,
  registry: HandlerRegistry,
  event: InboundEvent,
  facts: MatchFacts,
): MatchResult {
  if (node.isDisabled) return { reason: `"${node.title}" is switched off.` };
  if (!listensToAccount(node, facts.slots)) return { reason: `"${node.title}" listens to another account.` };
  const { match } = registry.getHandler(node.definition.type);
  if (match === undefined) return { reason: `"${node.title}" cannot start runs.` };
  try {
    const config = node.plan.isStatic ? node.config : fillIn(node, triggerScope(node, program, facts));
    // Config was checked against this definition's schema, so it has the type that the handler was written for.
    return match({ config, event, contact: facts.contact, nowMs: facts.nowMs } as Parameters<typeof match>[0]);
  } catch (error) {
    return {
      reason: `"${node.title}" could not be asked: ${error instanceof FlowError ? error.message : 'its code failed in an unexpected way.'}`,
    };
  }
}

function fillIn(node: CompiledNode, scope: Scope): JsonObject {
  const config = node.plan.resolve(scope);
  assertFilledConfig(node.definition, config);
  return config;
}

function listensToAccount(node: CompiledNode, slots: readonly string[] | undefined): boolean {
  if (slots === undefined) return true;
  return node.definition.connections.every(({ field }) => {
    const slot = node.config[field];
    return typeof slot === 'string' && slots.includes(slot.slice(1));
  });
}

/** Before a run there are inputs, the contact and the time, and nothing else. */
function triggerScope(node: CompiledNode, program: Program, facts: MatchFacts): Scope {
  return {
    inputs: fillInputs(program, facts.inputs),
    contact: facts.contact,
    trigger: null,
    input: null,
    nodes: {},
    vars: {},
    error: null,
    run: { id: '', flowId: facts.flowId, node: node.id, visit: 1, attempt: 1 },
    now: new Date(facts.nowMs).toISOString(),
  };
}
