import type { Issue } from '@heddle/schemas';
import { CAPABILITY_NAMES, type RuntimeCapability } from './capabilities.ts';
import type { FlowView } from './program.ts';
import { severityFor } from './view-flow.ts';

/** The host carries out everything that the flow asks for. */
export function checkHost(view: FlowView, capabilities: readonly RuntimeCapability[], issues: Issue[]): void {
  for (const node of view.nodes.values()) {
    for (const need of node.definition?.hostNeeds ?? []) {
      if (capabilities.includes(need)) continue;
      issues.push({
        code: 'host.unsupported',
        severity: severityFor(node),
        node: node.id,
        path: `/nodes/${node.id}/type`,
        message: `"${node.title}" cannot run yet: this Heddle does not have ${CAPABILITY_NAMES[need]}.`,
      });
    }
  }
  const { contactPolicy, whenFull, maxActiveRuns } = view.document.settings ?? {};
  const unsupported = capabilities.includes('queue')
    ? []
    : [
        ...(contactPolicy === 'queue' ? ['contactPolicy'] : []),
        ...(whenFull === 'queue' ? ['whenFull'] : []),
        ...(maxActiveRuns !== undefined ? ['maxActiveRuns'] : []),
      ];
  for (const setting of unsupported) {
    issues.push({
      code: 'host.unsupported',
      severity: 'error',
      path: `/settings/${setting}`,
      message: `The setting "${setting}" cannot be used yet: this Heddle does not have ${CAPABILITY_NAMES.queue}.`,
    });
  }
}
