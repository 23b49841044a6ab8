import type { SendFacts } from '@heddle/engine';
import type { PlatformAction } from '@heddle/schemas';
import type { Turn } from '../turn/turn.ts';
import { toContactFacts, type LiveRun } from '../turn/turn-state.ts';
import { readRecentSends } from './read-recent-sends.ts';

/**
 * Gathers what the planner decides by. Whether the comment was answered privately already is known only to the unique index, which the
 * send itself runs into.
 *
 * @param recordId The outbox row in question.
 */
export async function readSendFacts(
  turn: Turn,
  run: LiveRun,
  recordId: string,
  platform: string,
  action: PlatformAction,
): Promise<SendFacts> {
  const { contact, deps } = turn;
  const base = {
    platform,
    action,
    nowMs: deps.clock.nowMs(),
    commentAtMs: run.eventAtMs,
    isCommentAnsweredPrivately: false,
  };
  if (contact === null || !('to' in action || action.kind === 'privateReply')) return { ...base, contact: null };
  const rules = await deps.rules.get(turn.claim.workspaceId);
  const { timeZone } = toContactFacts(contact);
  const { isOptedOut, lastInboundAtMs, takenOverUntilMs } = contact;
  return {
    ...base,
    contact: { isOptedOut, lastInboundAtMs, takenOverUntilMs, ...(timeZone === undefined ? {} : { timeZone }) },
    rules,
    sentAtMs: await readRecentSends(turn, rules, recordId),
  };
}
