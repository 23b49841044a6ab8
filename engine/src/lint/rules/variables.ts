import type { Issue } from '@heddle/schemas';
import type { NodeView } from '../../compile/program.ts';
import { didYouMean, findSimilar } from '../../compile/index.ts';
import { setConfigAt } from '../fixes.ts';
import { activeNodes, warnAt, writtenConfig, type LintContext } from '../lint-context.ts';
import { replaceVariable } from '../replace-variable.ts';
import { variableUses } from '../variable-uses.ts';

interface VariableSet {
  readonly node: NodeView;
  readonly name: string;
  /** Place in the list `values` of its node, when it stands in one. */
  readonly index?: number;
}

/** Variables that are set and never read, and variables that are read and never set. */
export function variables(context: LintContext): Issue[] {
  const set = activeNodes(context).flatMap(variablesSet);
  const uses = activeNodes(context)
    .flatMap(variableUses)
    .filter((use) => use.root === 'vars');
  const names = new Set(set.map((entry) => entry.name));
  const read = new Set(uses.map((use) => use.path[1]));
  // `vars` alone, or with a computed name, may read any of them.
  const readsAny = uses.some((use) => use.path[1] === undefined);
  const unused = readsAny ? [] : set.filter(({ name }) => !read.has(name));
  const unset = uses.filter((use) => use.path[1] !== undefined && !names.has(use.path[1]));
  return [
    ...unused.map((entry) =>
      warnAt(
        entry.node,
        'variable.unused',
        `"${entry.node.title}" sets the variable "${entry.name}", which nothing in this flow reads.`,
        dropVariable(context, entry),
      ),
    ),
    ...unset.map((use): Issue => {
      const name = use.path[1] ?? '';
      const similar = findSimilar(name, names);
      const fix = similar === undefined ? undefined : replaceVariable(context, use, ['vars', similar]);
      const message = `"${use.node.title}" reads the variable "${name}", which no node sets.${didYouMean(name, names)}`;
      return {
        ...warnAt(use.node, 'variable.neverSet', message, fix),
        path: `/nodes/${use.node.id}/config${use.pointer}`,
      };
    }),
  ];
}

/** By the shapes in which the built-in nodes name variables: a list of `values`, and an answer saved to a variable. */
function variablesSet(node: NodeView): VariableSet[] {
  const { values, saveTo, saveName } = node.config;
  const listed =
    node.definition?.type === 'core/set-fields' && Array.isArray(values)
      ? values.flatMap((value, index): VariableSet[] => {
          const name = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['name'] : undefined;
          return typeof name === 'string' && name !== '' ? [{ node, name, index }] : [];
        })
      : [];
  const saved: VariableSet[] =
    saveTo === 'variable' && typeof saveName === 'string' && saveName !== '' ? [{ node, name: saveName }] : [];
  return [...listed, ...saved];
}

function dropVariable(context: LintContext, { node, name, index }: VariableSet): Issue['fix'] {
  const config = writtenConfig(context, node.id);
  if (index === undefined) return setConfigAt(context, node.id, '/saveTo', 'nothing', `Do not keep "${name}"`);
  const values = config['values'];
  if (!Array.isArray(values) || values.length < 2) return undefined;
  return setConfigAt(context, node.id, '/values', values.toSpliced(index, 1), `Do not set "${name}"`);
}
