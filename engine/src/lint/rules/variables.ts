import { isJsonObject, type Issue, type JsonObject, type JsonValue } from '@heddle/schemas';
import type { NodeView } from '../../compile/program.ts';
import { didYouMean, findSimilar } from '../../compile/index.ts';
import { setConfigAt } from '../fixes.ts';
import { activeNodes, warnAt, writtenConfig, type LintContext } from '../lint-context.ts';
import { replaceVariable } from '../replace-variable.ts';
import { variableUses } from '../variable-uses.ts';

interface VariableSet {
  readonly node: NodeView;
  readonly name: string;
  /** Keys down to it in the config; to the switch that turns saving on, for an answer that is saved. */
  readonly path: readonly string[];
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

/** Fields that a definition marks with `x-assigns: "vars"`, and an answer that is saved to a variable. */
function variablesSet(node: NodeView): VariableSet[] {
  const { saveTo, saveName } = node.config;
  // A TypeBox schema is a JSON Schema document.
  const marked = namesAssigned((node.definition?.config ?? {}) as JsonObject, node.config, []);
  const isSaved = saveTo === 'variable' && typeof saveName === 'string' && saveName !== '';
  return [
    ...marked.map(({ name, path }): VariableSet => ({ node, name, path })),
    ...(isSaved ? [{ node, name: saveName, path: ['saveTo'] }] : []),
  ];
}

function namesAssigned(
  schema: JsonValue | undefined,
  value: JsonValue | undefined,
  path: readonly string[],
): { name: string; path: readonly string[] }[] {
  if (!isJsonObject(schema) || value === undefined) return [];
  if (schema['x-assigns'] === 'vars') return typeof value === 'string' && value !== '' ? [{ name: value, path }] : [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => namesAssigned(schema['items'], item, [...path, String(index)]));
  const properties = schema['properties'];
  if (!isJsonObject(value) || !isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([key, sub]) => namesAssigned(sub, value[key], [...path, key]));
}

/** An answer need not be saved; one of several entries of a list can go. */
function dropVariable(context: LintContext, { node, name, path }: VariableSet): Issue['fix'] {
  const [field = '', index] = path;
  if (field === 'saveTo') return setConfigAt(context, node.id, '/saveTo', 'nothing', `Do not keep "${name}"`);
  const entries = writtenConfig(context, node.id)[field];
  if (index === undefined || !Array.isArray(entries) || entries.length < 2) return undefined;
  return setConfigAt(context, node.id, `/${field}`, entries.toSpliced(Number(index), 1), `Do not set "${name}"`);
}
