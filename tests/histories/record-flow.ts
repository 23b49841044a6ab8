import type { HandlerRegistry } from '@heddle/engine';
import { runFlow, type RunFlowOptions, type RunStep } from '@heddle/engine/test-kit';
import type { FlowDocument } from '@heddle/schemas';
import { diffSnapshots, type HistoryFile, type History, type RecordedRun, type RecordedStep } from './history.ts';

/** A flow, and the stories that are played to it. */
export interface RecordedFlow {
  /** Of the file. */
  readonly name: string;
  readonly document: FlowDocument;
  /** Other flows that it calls, by name. */
  readonly calls?: Readonly<Record<string, FlowDocument>>;
  readonly stories: readonly Story[];
}

export interface Story {
  readonly what: string;
  readonly given: Omit<RunFlowOptions, 'afterEvent' | 'flows'>;
}

/** Plays the stories in memory and in virtual time over the real engine and handlers, and notes what the engine did. */
export async function recordFlow(
  { name, document, calls = {}, stories }: RecordedFlow,
  version: string,
  registry: HandlerRegistry,
): Promise<HistoryFile> {
  const histories: History[] = [];
  for (const { what, given } of stories) {
    const runs = new Map<string, { flow: string; start: RunStep['before']; steps: RecordedStep[] }>();
    const afterEvent = ({ runId, flow, before, event, snapshot, effects, children }: RunStep): void => {
      const run = runs.get(runId) ?? { flow, start: before, steps: [] };
      runs.set(runId, run);
      const changes = diffSnapshots(before, snapshot);
      run.steps.push({ event, effects, ...(children.length === 0 ? {} : { children }), changes });
    };
    await runFlow(document, registry, { ...given, flows: calls, afterEvent });
    // A test of a template may show that nothing starts.
    if (runs.size === 0) continue;
    histories.push({ what, runs: [...runs.values()] satisfies RecordedRun[] });
  }
  if (histories.length === 0) throw new Error(`Nothing starts a run of "${name}".`);
  const flows = Object.fromEntries(
    Object.entries({ '': document, ...calls }).map(([key, flow]) => [key, withoutDecoration(flow)]),
  );
  return { format: 1, version, flows, histories };
}

/** What the engine does not read: tests, notes, places on the canvas, the gallery's words. */
function withoutDecoration(document: FlowDocument): FlowDocument {
  const decoration = new Set(['tests', 'notes', 'layout', 'template', 'description', '$schema']);
  // Only optional fields are left out.
  return Object.fromEntries(Object.entries(document).filter(([key]) => !decoration.has(key))) as FlowDocument;
}

/** The node types that ran or started a run in these histories, as `type@version`. */
export function typesIn(files: Iterable<HistoryFile>): Set<string> {
  const types = new Set<string>();
  for (const { flows, histories } of files) {
    for (const { runs } of histories) {
      for (const { flow, steps } of runs) {
        for (const { event, effects } of steps) {
          const ids = effects.flatMap((effect) => (effect.kind === 'runNode' ? [effect.node] : []));
          if (event.kind === 'started') ids.push(event.node);
          for (const id of ids) {
            const node = flows[flow]?.nodes[id];
            if (node !== undefined) types.add(`${node.type}@${node.v}`);
          }
        }
      }
    }
  }
  return types;
}
