import { isJsonObject, type Issue, type JsonObject } from '@heddle/schemas';
import type { NodeView } from '../../compile/program.ts';
import { didYouMean, findSimilar } from '../../compile/index.ts';
import { portsOf } from '../../plugin/index.ts';
import { activeNodes, warnAt, type LintContext } from '../lint-context.ts';
import { replaceVariable } from '../replace-variable.ts';
import { variableUses, type VariableUse } from '../variable-uses.ts';

/** `trigger.x` and `nodes.a.x` that no exit of the trigger or of the node carries. */
export function outputFields(context: LintContext): Issue[] {
  const triggers = activeNodes(context).filter((node) => node.definition?.role === 'trigger');
  return activeNodes(context)
    .flatMap(variableUses)
    .flatMap((use): Issue[] => {
      const read = whatIsRead(context, triggers, use);
      if (read === null) return [];
      const fields = fieldsOf(read.sources);
      const field = use.path[read.prefix.length];
      if (fields === null || field === undefined || fields.has(field)) return [];
      const similar = findSimilar(field, fields);
      const fix = similar === undefined ? undefined : replaceVariable(context, use, [...read.prefix, similar]);
      const known = [...fields].slice(0, 8).join(', ');
      const hint = didYouMean(field, fields) || ` It has: ${known}.`;
      const message = `"${use.node.title}" reads "${use.text}", but ${read.who} has no "${field}".${hint}`;
      return [
        {
          ...warnAt(use.node, 'template.unknownField', message, fix),
          path: `/nodes/${use.node.id}/config${use.pointer}`,
        },
      ];
    });
}

interface Read {
  readonly sources: readonly NodeView[];
  readonly prefix: readonly string[];
  readonly who: string;
}

function whatIsRead({ view }: LintContext, triggers: readonly NodeView[], { root, path }: VariableUse): Read | null {
  if (root === 'trigger') return { sources: triggers, prefix: ['trigger'], who: 'what starts the flow' };
  const [, id = ''] = path;
  const source = root === 'nodes' ? view.nodes.get(id) : undefined;
  return source === undefined ? null : { sources: [source], prefix: ['nodes', id], who: `"${source.title}"` };
}

/** Names that any exit of these nodes carries, or null when one of them may carry anything. */
function fieldsOf(nodes: readonly NodeView[]): Set<string> | null {
  const fields = new Set<string>();
  for (const node of nodes) {
    if (node.definition === undefined) return null;
    for (const { output } of Object.values(portsOf(node.definition, node.config))) {
      const names = namesIn(output);
      if (names === null) return null;
      for (const name of names) fields.add(name);
    }
    // What every node carries by "error".
    if (node.definition.role !== 'trigger') for (const name of ['code', 'message', 'node']) fields.add(name);
  }
  return fields.size === 0 ? null : fields;
}

function namesIn(output: JsonObject): string[] | null {
  const { properties, additionalProperties } = output;
  return isJsonObject(properties) && (additionalProperties === undefined || additionalProperties === false)
    ? Object.keys(properties)
    : null;
}
