import { FlowDocumentSchema, isJsonObject, validatorOf, type FlowDocument, type Issue } from '@heddle/schemas';
import type { DefinitionRegistry } from '../plugin/index.ts';
import type { RuntimeCapability } from './capabilities.ts';
import { checkEdges } from './check-edges.ts';
import { checkHost } from './check-host.ts';
import { checkPaths } from './check-paths.ts';
import { checkRetry } from './check-retry.ts';
import { checkInputs, checkSlots } from './check-slots.ts';
import { checkTemplates } from './check-templates.ts';
import type { FlowView } from './program.ts';
import { viewFlow } from './view-flow.ts';

/** What the host knows besides the document. */
export interface ValidateOptions {
  /** Values that the owner gave for the inputs. */
  readonly inputs?: object;
  /** What the host can do beyond the basic language; nothing when left out. */
  readonly capabilities?: readonly RuntimeCapability[];
}

/**
 * Everything that is wrong or doubtful in a flow document of the newest format, in words for its author. Never throws.
 *
 * @returns Errors prevent publishing, warnings do not. A document that does not have the shape of a flow gives the errors of its shape only.
 */
export function validateFlow(document: unknown, registry: DefinitionRegistry, options: ValidateOptions = {}): Issue[] {
  return inspectFlow(document, registry, options).issues;
}

/** The issues together with the looked-up graph; `view` is null when the shape is wrong. */
export function inspectFlow(
  document: unknown,
  registry: DefinitionRegistry,
  options: ValidateOptions = {},
): { view: FlowView | null; issues: Issue[] } {
  const validator = validatorOf(FlowDocumentSchema);
  if (!validator.check(document))
    return { view: null, issues: validator.issues(document).map((issue) => withPlace(issue, document)) };
  const issues: Issue[] = [];
  // Checked in the line above; the static type of a recursive Record schema is the document's own.
  const flow: FlowDocument = document;
  const view = viewFlow(flow, registry, issues);
  checkEdges(view, issues);
  checkPaths(view, issues);
  checkHost(view, options.capabilities ?? [], issues);
  checkRetry(view, issues);
  checkSlots(view, issues);
  checkInputs(view, options.inputs ?? {}, issues);
  checkTemplates(view, issues);
  return { view, issues };
}

/** Adds the node or edge that a JSON pointer leads into. */
function withPlace(issue: Issue, document: unknown): Issue {
  const [, part, key] = (issue.path ?? '').split('/');
  if (key === undefined || !isJsonObject(document)) return issue;
  if (part === 'edges') return { ...issue, edge: Number(key) };
  if (part !== 'nodes') return issue;
  const nodes = document['nodes'];
  const node = isJsonObject(nodes) && Object.hasOwn(nodes, key) ? nodes[key] : undefined;
  const label = isJsonObject(node) && typeof node['label'] === 'string' ? node['label'] : key;
  return { ...issue, node: key, message: `"${label}": ${issue.message}` };
}
