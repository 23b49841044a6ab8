import { FlowError, type Issue } from '@heddle/schemas';
import type { NodeView } from '../../compile/program.ts';
import { assertPattern } from '../../text/index.ts';
import { activeNodes, type LintContext } from '../lint-context.ts';

/** A trigger that listens for words, but has none, or has a pattern that cannot be read: it would never start. Prevents publishing. */
export function keywordWords(context: LintContext): Issue[] {
  return activeNodes(context).flatMap((node): Issue[] => {
    const { match, keywords } = node.config;
    if (node.definition?.role !== 'trigger' || typeof match !== 'string' || !Array.isArray(keywords)) return [];
    if (match === 'any') return [];
    if (keywords.length === 0)
      return [errorAt(node, '', `"${node.title}" has no words to look for. Add some, or let it start on any text.`)];
    if (match !== 'regex') return [];
    return keywords.flatMap((pattern, index): Issue[] => {
      if (typeof pattern !== 'string' || pattern.includes('{{')) return [];
      const reason = faultOf(pattern);
      return reason === null ? [] : [errorAt(node, `/${index}`, `"${node.title}": ${reason}`)];
    });
  });
}

function faultOf(pattern: string): string | null {
  try {
    assertPattern(pattern);
    return null;
  } catch (error) {
    if (error instanceof FlowError) return error.message;
    throw error;
  }
}

function errorAt(node: NodeView, path: string, message: string): Issue {
  return {
    code: 'trigger.words',
    severity: 'error',
    message,
    node: node.id,
    path: `/nodes/${node.id}/config/keywords${path}`,
  };
}
