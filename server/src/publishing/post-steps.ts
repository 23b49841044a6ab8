import type { PostStep } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { PostStatus } from './tables.ts';

/** One try of a node, as far as the progress of a post is concerned. */
export interface StepRun {
  readonly type: string;
  readonly status: 'running' | 'suspended' | 'succeeded' | 'failed' | 'cancelled';
  readonly port: string | null;
  readonly error: string | null;
}

/** Steps in the order of the way, each with the node type that does it and the exits that mean success. */
const STEPS = [
  { key: 'check', title: 'Check account, pictures and caption', type: 'publishing/validate', good: ['valid'] },
  { key: 'prepare', title: 'Hand the pictures to Instagram', type: 'publishing/create-container', good: ['created'] },
  { key: 'wait', title: 'Wait until Instagram is ready', type: 'publishing/wait-until-ready', good: ['ready'] },
  { key: 'publish', title: 'Publish', type: 'publishing/publish', good: ['published'] },
] as const;

/** The progress of a post from the node runs of its run, oldest first. Pure. */
export function toSteps(status: PostStatus, runs: readonly StepRun[]): PostStep[] {
  if (status === 'draft' || status === 'scheduled') return [];
  let isBehind = true;
  return STEPS.map(({ key, title, type, good }): PostStep => {
    const last = runs.findLast((run) => run.type === type);
    const step = { key, title, detail: last?.error ?? null };
    const isDone = last?.status === 'succeeded' && good.some((port) => port === last.port);
    if (isBehind && (isDone || status === 'published')) return { ...step, state: 'done', detail: null };
    const wasBehind = isBehind;
    isBehind = false;
    if (!wasBehind) return { ...step, state: 'waiting', detail: null };
    if (status === 'publishing') return { ...step, state: 'active' };
    return { ...step, state: 'failed' };
  });
}

/** Node runs of publishing nodes by run, oldest first. */
export async function readStepRuns(tx: Tx, runIds: readonly string[]): Promise<Map<string, StepRun[]>> {
  const found = new Map<string, StepRun[]>();
  if (runIds.length === 0) return found;
  const { rows } = await sql<StepRun & { run_id: string }>`
    select run_id, type, status, port, error ->> 'message' as error from heddle.node_run
    where run_id = any(${[...runIds]}::uuid[]) and type like 'publishing/%' order by id`.execute(tx);
  for (const row of rows) found.set(row.run_id, [...(found.get(row.run_id) ?? []), row]);
  return found;
}
