import type { Issue } from '@heddle/schemas';
import { warnAt, type LintContext } from '../lint-context.ts';

/** A pinned output stands in for a node in tests only: who pinned it should not wonder why it runs once it is published. */
export function pinnedOutput({ document, view }: LintContext): Issue[] {
  return [...view.nodes.values()].flatMap((node): Issue[] => {
    const pin = document.nodes[node.id]?.pin;
    if (pin === undefined) return [];
    if (node.definition !== undefined && pin.port !== 'error' && !node.ports.includes(pin.port))
      return [
        warnAt(
          node,
          'pin.unknownPort',
          `The pinned output of "${node.title}" leaves by "${pin.port}", which is no exit of it.`,
          {
            title: 'Remove the pinned output',
            operations: [{ kind: 'setPin', id: node.id, pin: null }],
          },
        ),
      ];
    return [
      warnAt(
        node,
        'pin.testsOnly',
        `"${node.title}" has a pinned output. Tests use it; the published flow does not and runs the node.`,
        { title: 'Remove the pinned output', operations: [{ kind: 'setPin', id: node.id, pin: null }] },
      ),
    ];
  });
}
