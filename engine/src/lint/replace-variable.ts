import type { IssueFix, JsonValue } from '@heddle/schemas';
import { setConfigAt } from './fixes.ts';
import { writtenConfig, type LintContext } from './lint-context.ts';
import type { VariableUse } from './variable-uses.ts';

/** Reads another value at the place of a use. Undefined where the document does not spell the name out there. */
export function replaceVariable(context: LintContext, use: VariableUse, to: readonly string[]): IssueFix | undefined {
  const from = use.path.slice(0, to.length).join('.');
  const written = valueAt(writtenConfig(context, use.node.id), use.pointer);
  const isExpression = typeof written === 'object' && written !== null && !Array.isArray(written);
  const text = isExpression ? written['$'] : written;
  const name = new RegExp(`(?<![\\w.])${from.replaceAll('.', '\\.')}(?![\\w])`, 'gu');
  if (typeof text !== 'string' || !name.test(text)) return undefined;
  const pointer = isExpression ? `${use.pointer}/$` : use.pointer;
  const next = text.replaceAll(name, to.join('.'));
  return setConfigAt(context, use.node.id, pointer, next, `Use "${to.join('.')}"`);
}

function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof current !== 'object' || current === null) return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    current = Array.isArray(current) ? current[Number(key)] : current[key];
  }
  return current;
}
