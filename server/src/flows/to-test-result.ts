import type { FlowTestResult as EngineResult } from '@heddle/engine/test-kit';
import type { JsonObject } from '@heddle/schemas';
import type { FlowTestResult } from '@heddle/schemas/api';

/** What a test of a flow gave, as the API shows it. */
export function toTestResult(result: EngineResult): FlowTestResult {
  return {
    name: result.name,
    passed: result.passed,
    problems: [...result.failures],
    // Plain JSON throughout: node, action, time.
    sent: (result.report?.sent ?? []).map((sent) => JSON.parse(JSON.stringify(sent)) as JsonObject),
    ports: [...(result.report?.ports ?? [])],
  };
}
