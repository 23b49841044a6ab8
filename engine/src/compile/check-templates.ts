import type { FlowDocument, Issue } from '@heddle/schemas';
import { CONTACT_FIELDS, SCOPE_ROOTS, listVariables, type TemplateVariable } from '../expressions/index.ts';
import type { FlowView } from './program.ts';
import { severityFor } from './view-flow.ts';
import { didYouMean } from './suggest.ts';

/** Every value that a template names exists: roots, inputs, nodes, contact fields. */
export function checkTemplates(view: FlowView, issues: Issue[]): void {
  for (const node of view.nodes.values()) {
    for (const { path, template } of node.plan.templates) {
      for (const variable of listVariables(template)) {
        const problem = problemOf(variable, view.document, view.nodes);
        if (problem === null) continue;
        issues.push({
          code: 'template.unknownVariable',
          severity: severityFor(node),
          node: node.id,
          path: `/nodes/${node.id}/config${path}`,
          message: `"${node.title}": ${problem}`,
        });
      }
    }
  }
}

function problemOf(
  { root, path, text }: TemplateVariable,
  document: FlowDocument,
  nodes: ReadonlyMap<string, unknown>,
): string | null {
  const roots: readonly string[] = SCOPE_ROOTS;
  if (!roots.includes(root))
    return `there is no value "${text}".${didYouMean(root, roots) || ` A value begins with one of: ${roots.join(', ')}.`}`;
  const member = path[1];
  if (member === undefined) return null;
  const known = knownMembers(root, document, nodes);
  if (known === null || known.includes(member)) return null;
  return `there is no "${root}.${member}".${didYouMean(member, known)}`;
}

/** Names below a root, or null when they are only known while running. */
function knownMembers(
  root: string,
  document: FlowDocument,
  nodes: ReadonlyMap<string, unknown>,
): readonly string[] | null {
  switch (root) {
    case 'inputs':
      return Object.keys(document.inputs ?? {});
    case 'nodes':
      return [...nodes.keys()];
    case 'contact':
      return CONTACT_FIELDS;
    case 'error':
      return ['code', 'message', 'node'];
    case 'run':
      return ['id', 'flowId', 'node', 'visit', 'attempt'];
    default:
      return null;
  }
}
