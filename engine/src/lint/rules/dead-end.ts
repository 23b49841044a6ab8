import type { Issue } from '@heddle/schemas';
import { addBehind } from '../fixes.ts';
import { activeNodes, warnAt, type LintContext } from '../lint-context.ts';

/** An answer or a case that was made by the author and leads nowhere, or a node that decides although nothing follows. */
export function deadEnd(context: LintContext): Issue[] {
  return activeNodes(context).flatMap((node): Issue[] => {
    const { definition } = node;
    if (definition === undefined || definition.role === 'trigger' || node.ports.length < 2) return [];
    const connected = new Set((context.leaving.get(node.id) ?? []).map((edge) => edge.port));
    if (!node.ports.some((port) => connected.has(port))) {
      // The last message of a flow may have exits that nobody needs; a decision is made for what follows.
      if (definition.effect !== 'pure' || definition.portsFrom === undefined) return [];
      const message = `"${node.title}" decides, but none of its exits leads anywhere. Connect them or remove it.`;
      return [
        warnAt(node, 'node.deadEnd', message, {
          title: `Remove "${node.title}"`,
          operations: [{ kind: 'removeNode', id: node.id }],
        }),
      ];
    }
    const made = node.ports.filter((port) => !Object.hasOwn(definition.ports, port) && !connected.has(port));
    return made.map((port) =>
      warnAt(
        node,
        'port.deadEnd',
        `The exit "${port}" of "${node.title}" leads nowhere: the run ends there without a word. Connect it, or end it on purpose.`,
        addBehind(context, `${node.id}.${port}`, 'core/stop', 'End here on purpose'),
      ),
    );
  });
}
