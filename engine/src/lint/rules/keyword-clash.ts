import type { Issue, JsonObject, JsonValue } from '@heddle/schemas';
import type { NodeView } from '../../compile/program.ts';
import { foldText } from '../../text/index.ts';
import type { OtherFlow, OtherTrigger } from '../facts.ts';
import { fillTriggerConfig } from '../fill-trigger-config.ts';
import { activeNodes, warnAt, type LintContext } from '../lint-context.ts';

/** Of a flow whose settings name none. */
export const DEFAULT_PRIORITY = 50;
const MAX_PRIORITY = 100;

/** How special a kind of match is; a trigger says the same of itself when it matches. */
const MODE_ORDER = ['any', 'contains', 'regex', 'startsWith', 'word', 'exact'];

/** Two flows that want the same events, and which of them gets those. */
export interface Clash {
  /** The trigger of this flow. */
  readonly node: NodeView;
  readonly flow: OtherFlow;
  /** What both start on, in words. */
  readonly events: string;
  /** True when this flow gets it. */
  readonly wins: boolean;
  readonly why: string;
}

/** Other live flows that want the same events as this one, by trigger in document order. */
export function findClashes(context: LintContext): Clash[] {
  const { facts, document } = context;
  const priority = document.settings?.priority ?? DEFAULT_PRIORITY;
  return activeNodes(context).flatMap((node): Clash[] => {
    if (node.definition?.role !== 'trigger') return [];
    const config = fillTriggerConfig(node.definition, node.config, document.inputs, facts.inputs);
    const own: OtherTrigger = { type: node.definition.type, config, ...boundTo(context, config) };
    return (facts.otherFlows ?? []).flatMap((flow): Clash[] => {
      for (const rival of flow.triggers) {
        const events = findClash(own, rival);
        if (events !== null) return [{ node, flow, events, ...decide(context, own, priority, flow, rival) }];
      }
      return [];
    });
  });
}

/** Another live flow that wants the same events. Says which of the two gets them, and why. */
export function keywordClash(context: LintContext): Issue[] {
  const { settings } = context.document;
  return findClashes(context).map(({ node, flow, events, wins, why }) => {
    const message = `"${node.title}" and the live flow "${flow.name}" both start on ${events}. ${wins ? 'This flow' : `"${flow.name}"`} gets it: ${why}. One event starts one flow: first the higher priority, then the more exact trigger, then the flow that is live longer.`;
    const raised = Math.min(MAX_PRIORITY, flow.priority + 1);
    const canWin = !wins && raised > flow.priority;
    return warnAt(
      node,
      'trigger.clash',
      message,
      canWin
        ? {
            title: `Let this flow come before "${flow.name}"`,
            operations: [{ kind: 'setSettings', settings: { ...settings, priority: raised } }],
          }
        : undefined,
    );
  });
}

function boundTo({ facts }: LintContext, config: JsonObject): { connectionId?: string } {
  const slot = config['connection'];
  const connectionId = typeof slot === 'string' ? facts.connections?.[slot.replace(/^@/u, '')] : undefined;
  return connectionId === undefined ? {} : { connectionId };
}

/** What both start on, in words, or null. */
function findClash(a: OtherTrigger, b: OtherTrigger): string | null {
  if (a.type !== b.type || !isKeyworded(a.config) || !isKeyworded(b.config)) return null;
  if (a.connectionId !== undefined && b.connectionId !== undefined && a.connectionId !== b.connectionId) return null;
  if (areApart(a.config['mediaIds'], b.config['mediaIds'], a.config['posts'], b.config['posts'])) return null;
  if (modeOf(a.config) === 'any') return modeOf(b.config) === 'any' ? 'every text' : describe(wordsOf(b.config));
  if (modeOf(b.config) === 'any') return describe(wordsOf(a.config));
  const mine = new Set(wordsOf(a.config).map(fold));
  const shared = wordsOf(b.config).filter((word) => mine.has(fold(word)));
  return shared.length === 0 ? null : describe(shared);
}

function decide(
  { facts }: LintContext,
  own: OtherTrigger,
  priority: number,
  flow: OtherFlow,
  rival: OtherTrigger,
): { wins: boolean; why: string } {
  if (priority !== flow.priority)
    return {
      wins: priority > flow.priority,
      why: `its priority is ${Math.max(priority, flow.priority)}, the other's ${Math.min(priority, flow.priority)}`,
    };
  const [mine, other] = [rankOf(own.config), rankOf(rival.config)];
  if (mine !== other) return { wins: mine > other, why: 'its trigger is more exact' };
  const isOlder = facts.liveSinceMs !== undefined && facts.liveSinceMs < flow.liveSinceMs;
  return { wins: isOlder, why: 'it has been live for longer' };
}

/** Chosen posts count more than any way of matching words. */
function rankOf(config: JsonObject): number {
  return (
    MODE_ORDER.indexOf(modeOf(config)) + (config['posts'] === 'chosen' ? 100 : config['posts'] === 'reels' ? 1 : 0)
  );
}

function areApart(a: JsonValue | undefined, b: JsonValue | undefined, ofA: unknown, ofB: unknown): boolean {
  return (
    ofA === 'chosen' && ofB === 'chosen' && Array.isArray(a) && Array.isArray(b) && !a.some((id) => b.includes(id))
  );
}

function isKeyworded(config: JsonObject): boolean {
  return typeof config['match'] === 'string';
}

function modeOf(config: JsonObject): string {
  return typeof config['match'] === 'string' ? config['match'] : '';
}

function wordsOf(config: JsonObject): string[] {
  const words = config['keywords'];
  return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
}

function fold(word: string): string {
  return foldText(word).trim();
}

function describe(words: readonly string[]): string {
  return words
    .slice(0, 5)
    .map((word) => `"${word}"`)
    .join(', ');
}
