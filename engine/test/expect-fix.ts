import type { FlowDocument, Issue } from '@heddle/schemas';
import { expect } from 'vitest';
import { applyOperations, type LintFacts } from '../src/index.ts';
import { lintOf } from './lint-nodes.ts';

/** Applies the fix of an issue and checks that the issue is gone. @returns The document after it. */
export function expectFix(document: FlowDocument, code: string, facts: LintFacts = {}): FlowDocument {
  const issue: Issue | undefined = lintOf(document, facts).issues.find((candidate) => candidate.code === code);
  expect(issue?.fix, `${code} has a fix`).toBeDefined();
  const fixed = applyOperations(document, issue?.fix?.operations ?? []).document;
  const left = lintOf(fixed, facts).issues.filter(
    (candidate) => candidate.code === code && candidate.node === issue?.node && candidate.message === issue?.message,
  );
  expect(left).toEqual([]);
  return fixed;
}
