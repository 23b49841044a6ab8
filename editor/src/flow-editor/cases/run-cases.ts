/** Runs test cases of a draft in memory: here in the browser, or on the server when a plugin's code is only there. */
import { createHandlerRegistry, type HandlerRegistry } from '@heddle/engine';
import type { HarnessRun, SentAction } from '@heddle/engine/test-kit';
import { isJsonObject, type FlowDocument, type FlowTest, type JsonObject } from '@heddle/schemas';
import type { FlowTestResult } from '@heddle/schemas/api';

/** How one case went. */
export interface CaseResult {
  readonly passed: boolean;
  /** What was not as expected, in words. */
  readonly problems: readonly string[];
  readonly sent: readonly { readonly node: string; readonly action: JsonObject; readonly text: string }[];
  /** `node.port` in order. */
  readonly ports: readonly string[];
  /** The runs with every input and output; empty when the server ran the case. */
  readonly runs: readonly HarnessRun[];
}

/** The code of the built-in node types, loaded when it is first needed. */
export async function loadHandlers(): Promise<HandlerRegistry> {
  const { builtInHandlers } = await import('@heddle/nodes/handlers');
  return createHandlerRegistry(builtInHandlers);
}

/** True when every node of the flow can run in the browser: its type is built in, in the version that the flow was made for. */
export function canRunHere(document: FlowDocument, registry: HandlerRegistry): boolean {
  return Object.values(document.nodes).every((node) => (registry.find(node.type)?.version ?? 0) >= node.v);
}

/**
 * Runs cases one after the other.
 *
 * @param runOnServer Runs all cases of the saved draft; asked when the browser lacks the code of a node.
 */
export async function runCases(
  document: FlowDocument,
  tests: readonly FlowTest[],
  runOnServer: () => Promise<readonly FlowTestResult[]>,
): Promise<CaseResult[]> {
  const [registry, { runFlowTest, textOfAction }] = await Promise.all([
    loadHandlers(),
    import('@heddle/engine/test-kit'),
  ]);
  if (!canRunHere(document, registry)) {
    const all = await runOnServer();
    return tests.map((test) => fromServer(all[document.tests?.indexOf(test) ?? -1]));
  }
  const results: CaseResult[] = [];
  for (const test of tests) {
    const { passed, failures, report } = await runFlowTest(document, registry, test);
    results.push({
      passed,
      problems: failures,
      sent: (report?.sent ?? []).filter(isVisible).map(({ node, action }) => ({
        node,
        action: { ...action },
        text: textOfAction(action),
      })),
      ports: report?.ports ?? [],
      runs: report?.runs ?? [],
    });
  }
  return results;
}

function isVisible({ action }: SentAction): boolean {
  return action.kind !== 'typing' && action.kind !== 'markSeen';
}

function fromServer(result: FlowTestResult | undefined): CaseResult {
  if (result === undefined)
    return { passed: false, problems: ['The case is not saved yet.'], sent: [], ports: [], runs: [] };
  const sent = result.sent.flatMap(({ node, action }) =>
    typeof node === 'string' && isJsonObject(action) ? [{ node, action, text: '' }] : [],
  );
  return { passed: result.passed, problems: result.problems, sent, ports: result.ports, runs: [] };
}
