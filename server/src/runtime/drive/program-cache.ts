import { compileFlow, type HandlerRegistry, type Program } from '@heddle/engine';
import { FlowError, type FlowDocument } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Database } from '../../database/index.ts';
import { HOST_CAPABILITIES } from '../capabilities.ts';

/** Compiled flow versions. A version never changes, so nothing here gets stale. */
export interface ProgramCache {
  /** @throws FlowError `FLOW_INVALID` when an installed plugin no longer fits; `NOT_FOUND`. */
  get(workspaceId: string, flowId: string, version: number): Promise<Program>;
}

/** Programs kept; a compiled flow of 50 nodes takes some 100 KiB. */
const MAX_PROGRAMS = 500;

export function createProgramCache(deps: { database: Database; registry: HandlerRegistry }): ProgramCache {
  const programs = new Map<string, Promise<Program>>();
  const load = async (workspaceId: string, flowId: string, version: number): Promise<Program> => {
    const document = await deps.database.withWorkspace(workspaceId, async (tx) => {
      const { rows } = await sql<{ document: FlowDocument }>`
        select document from heddle.flow_version where workspace_id = ${workspaceId} and flow_id = ${flowId} and version = ${version}`.execute(
        tx,
      );
      return rows[0]?.document;
    });
    if (document === undefined) throw new FlowError('NOT_FOUND', `Version ${version} of the flow is not there.`);
    return compileFlow(document, deps.registry, { capabilities: HOST_CAPABILITIES }).program;
  };
  return {
    get(workspaceId, flowId, version) {
      const key = `${workspaceId}/${flowId}/${version}`;
      const known = programs.get(key);
      if (known !== undefined) {
        // Map keeps the order of insertion: put back at the end, the first one is the least recently used.
        programs.delete(key);
        programs.set(key, known);
        return known;
      }
      const program = load(workspaceId, flowId, version);
      programs.set(key, program);
      // What failed to load is tried again next time.
      program.catch(() => programs.delete(key));
      const [oldest] = programs.keys();
      if (programs.size > MAX_PROGRAMS && oldest !== undefined) programs.delete(oldest);
      return program;
    },
  };
}
