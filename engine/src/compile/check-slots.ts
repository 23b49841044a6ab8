import type { FlowInput, Issue } from '@heddle/schemas';
import { isTemplated, listVariables } from '../expressions/index.ts';
import type { FlowView, NodeView } from './program.ts';
import { severityFor } from './view-flow.ts';
import { didYouMean } from './suggest.ts';

/** Nodes name slots that exist and are of the right platform; no slot is left over. */
export function checkSlots(view: FlowView, issues: Issue[]): void {
  const slots = view.document.connections ?? {};
  const used = new Set<string>();
  for (const node of view.nodes.values()) {
    for (const need of node.definition?.connections ?? []) {
      const value = Object.hasOwn(node.config, need.field) ? node.config[need.field] : undefined;
      const path = `/nodes/${node.id}/config/${need.field}`;
      const report = (code: string, message: string) =>
        issues.push({ code, severity: severityFor(node), node: node.id, path, message });
      if (typeof value !== 'string' || value === '') {
        report('slot.notChosen', `"${node.title}" needs an account. Choose one.`);
      } else if (!value.startsWith('@')) {
        report(
          'slot.notChosen',
          `"${node.title}" names the account "${value}". Accounts of a flow are written as "@name".`,
        );
      } else {
        const name = value.slice(1);
        const slot = Object.hasOwn(slots, name) ? slots[name] : undefined;
        used.add(name);
        if (slot === undefined)
          report(
            'slot.missing',
            `"${node.title}" uses the account "${value}", which this flow does not have.${didYouMean(name, Object.keys(slots))}`,
          );
        else if (slot.platform !== need.platform)
          report(
            'slot.wrongPlatform',
            `"${node.title}" needs an account of ${need.platform}; "${value}" is one of ${slot.platform}.`,
          );
      }
    }
  }
  for (const [name, slot] of Object.entries(slots)) {
    if (!used.has(name))
      issues.push({
        code: 'slot.unused',
        severity: 'warning',
        path: `/connections/${name}`,
        message: `No node uses the account "${slot.label}".`,
      });
  }
}

/** Required inputs have a value, and every input is used. `filled` are the values of the owner, when known. */
export function checkInputs(view: FlowView, filled: object, issues: Issue[]): void {
  const used = usedInputs(view.nodes.values());
  for (const [name, input] of Object.entries(view.document.inputs ?? {})) {
    const path = `/inputs/${name}`;
    if (input.required === true && isEmpty(input, name, filled)) {
      issues.push({
        code: 'input.notFilled',
        severity: 'warning',
        path,
        message: `"${input.label}" has no value yet. Fill it in before publishing.`,
      });
    }
    if (!used.has(name))
      issues.push({
        code: 'input.unused',
        severity: 'warning',
        path,
        message: `No node uses the input "${input.label}" (inputs.${name}).`,
      });
  }
}

function isEmpty(input: FlowInput, name: string, filled: object): boolean {
  const value: unknown = Object.hasOwn(filled, name) ? Reflect.get(filled, name) : input.default;
  return value === undefined || value === null || value === '';
}

function usedInputs(nodes: Iterable<NodeView>): Set<string> {
  const used = new Set<string>();
  for (const node of nodes) {
    for (const { template } of node.plan.templates) {
      for (const { root, path } of listVariables(template))
        if (root === 'inputs' && path[1] !== undefined) used.add(path[1]);
    }
    // Conditions name fields as plain paths, without template marks.
    for (const path of plainPaths(node.config)) if (path.startsWith('inputs.')) used.add(path.split('.')[1] ?? '');
  }
  return used;
}

function plainPaths(value: unknown): string[] {
  if (typeof value === 'string') return isTemplated(value) ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(plainPaths) : [];
}
