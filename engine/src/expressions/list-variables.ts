import { Variable } from 'liquidjs';
import { liquid } from './liquid.ts';
import type { Template } from './template.ts';

/** A value that a template reads from outside: `contact.fields.city` has root `contact` and path `['contact','fields','city']`. */
export interface TemplateVariable {
  readonly root: string;
  /** Names up to the first part that is computed (`a[b]`). */
  readonly path: readonly string[];
  /** As written. */
  readonly text: string;
}

/** Every outside value that a template reads, each path once, in order of the text. Names made inside (assign, for) are left out. */
export function listVariables(template: Template): TemplateVariable[] {
  const { globals } = liquid.analyzeSync([...template.parts], { partials: false });
  const found = new Map<string, { variable: TemplateVariable; row: number; col: number }>();
  for (const variable of Object.values(globals).flat()) {
    const text = variable.toString();
    if (found.has(text)) continue;
    const { row, col } = variable.location;
    found.set(text, { variable: { root: String(variable.segments[0]), path: namesOf(variable), text }, row, col });
  }
  return [...found.values()].sort((a, b) => a.row - b.row || a.col - b.col).map((entry) => entry.variable);
}

function namesOf(variable: Variable): string[] {
  const computedAt = variable.segments.findIndex((segment) => segment instanceof Variable);
  return variable.segments.slice(0, computedAt === -1 ? undefined : computedAt).map(String);
}
