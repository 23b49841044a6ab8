import type { JsonValue } from '@heddle/schemas';
import type { NodeView } from '../compile/program.ts';
import { escapePointer, listVariables } from '../expressions/index.ts';

/** A place in a config that reads a value from outside, such as `trigger.text`. */
export interface VariableUse {
  readonly node: NodeView;
  /** JSON pointer into the config. */
  readonly pointer: string;
  readonly root: string;
  /** Names, root first. */
  readonly path: readonly string[];
  /** As written. */
  readonly text: string;
}

/** Every value that the config of a node reads: by templates, and by the fields of conditions. */
export function variableUses(node: NodeView): VariableUse[] {
  const inTemplates = node.plan.templates.flatMap(({ path, template }) =>
    listVariables(template).map((variable): VariableUse => ({
      node,
      pointer: path,
      root: variable.root,
      path: variable.path,
      text: variable.text,
    })),
  );
  return [...inTemplates, ...conditionFields(node, node.config, '')];
}

function conditionFields(node: NodeView, value: JsonValue | undefined, pointer: string): VariableUse[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, item]) =>
    conditionFields(node, item, `${pointer}/${escapePointer(key)}`),
  );
  if (Array.isArray(value) || typeof value['operator'] !== 'string' || typeof value['field'] !== 'string') return below;
  const path = value['field'].split('.');
  return [{ node, pointer: `${pointer}/field`, root: path[0] ?? '', path, text: value['field'] }, ...below];
}
