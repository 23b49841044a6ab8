import type { Issue } from '@heddle/schemas';
import { inspectFlow } from '../compile/validate-flow.ts';
import type { DefinitionRegistry } from '../plugin/index.ts';
import type { LintFacts } from './facts.ts';
import { createLintContext, type LintRule } from './lint-context.ts';
import { fixesFor } from './rules/basic-fixes.ts';
import { closedWindow } from './rules/closed-window.ts';
import { deadEnd } from './rules/dead-end.ts';
import { keywordClash } from './rules/keyword-clash.ts';
import { keywordWords } from './rules/keyword-words.ts';
import { outputFields } from './rules/output-fields.ts';
import { pinnedOutput } from './rules/pinned-output.ts';
import { rateForecast } from './rules/rate-forecast.ts';
import { selfTrigger } from './rules/self-trigger.ts';
import { unansweredContact } from './rules/unanswered-contact.ts';
import { variables } from './rules/variables.ts';

const RULES: readonly LintRule[] = [
  deadEnd,
  closedWindow,
  unansweredContact,
  keywordWords,
  keywordClash,
  selfTrigger,
  rateForecast,
  variables,
  outputFields,
  pinnedOutput,
];

/**
 * Everything of `validateFlow`, and what a careful colleague would say besides. Where a change settles it, the issue carries that
 * change as `fix`. Never throws.
 *
 * @returns Errors prevent publishing, warnings do not. Of the linter's own rules only a trigger that could never start is an error.
 */
export function lintFlow(document: unknown, registry: DefinitionRegistry, facts: LintFacts = {}): Issue[] {
  const { view, issues } = inspectFlow(document, registry, facts);
  if (view === null) return issues;
  const context = createLintContext(view.document, view, registry, facts);
  const fixed = issues.map((issue) => {
    const fix = fixesFor(context, issue);
    return fix === undefined ? issue : { ...issue, fix };
  });
  return [...fixed, ...RULES.flatMap((rule) => rule(context))];
}
