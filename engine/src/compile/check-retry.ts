import { ERRORS, isErrorCode, type Issue } from '@heddle/schemas';
import type { FlowView } from './program.ts';
import { didYouMean } from './suggest.ts';

/** Retry policies name errors that exist and that may be tried again. */
export function checkRetry(view: FlowView, issues: Issue[]): void {
  for (const node of view.nodes.values()) {
    (view.document.nodes[node.id]?.retry?.onlyOn ?? []).forEach((code, index) => {
      const problem = problemOf(code);
      if (problem === null) return;
      issues.push({
        code: 'retry.codeUseless',
        severity: 'warning',
        node: node.id,
        path: `/nodes/${node.id}/retry/onlyOn/${index}`,
        message: `"${node.title}" is to be tried again on "${code}", ${problem}`,
      });
    });
  }
}

function problemOf(code: string): string | null {
  if (!isErrorCode(code)) return `which is no error of Heddle.${didYouMean(code, Object.keys(ERRORS))}`;
  return ERRORS[code].retry === 'never' ? 'but that error never gets better by trying again.' : null;
}
