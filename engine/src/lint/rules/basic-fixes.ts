import { parseEdgeSource, type Issue, type IssueFix } from '@heddle/schemas';
import { findSimilar } from '../../compile/index.ts';
import { insertOnEdge, removeNodeFix, setConfigAt } from '../fixes.ts';
import { writtenConfig, type LintContext } from '../lint-context.ts';

/** The change that settles an issue of `validateFlow`, where there is one that nobody has to think about. */
export function fixesFor(context: LintContext, issue: Issue): IssueFix | undefined {
  const { document } = context;
  switch (issue.code) {
    case 'edge.duplicate':
    case 'edge.sourceMissing':
    case 'edge.targetMissing':
    case 'edge.portUnknown':
    case 'edge.intoTrigger': {
      const edge = document.edges[issue.edge ?? -1];
      return edge === undefined
        ? undefined
        : { title: 'Remove the connection', operations: [{ kind: 'disconnect', edge }] };
    }
    case 'node.unreachable':
      return issue.node === undefined ? undefined : removeNodeFix(issue.node, titleOf(context, issue.node));
    case 'flow.circleWithoutWait':
      return addWait(context, issue.node);
    case 'slot.unused':
      return { title: 'Remove the account', operations: [{ kind: 'setSlot', name: lastKey(issue), slot: null }] };
    case 'input.unused':
      return { title: 'Remove the input', operations: [{ kind: 'setInput', name: lastKey(issue), input: null }] };
    case 'slot.missing':
    case 'slot.notChosen':
      return chooseSlot(context, issue);
    default:
      return undefined;
  }
}

/** A pause on the way out of the node. */
function addWait(context: LintContext, node: string | undefined): IssueFix | undefined {
  const edge = context.document.edges.find((candidate) => parseEdgeSource(candidate.from).node === node);
  return edge === undefined ? undefined : insertOnEdge(context, edge, 'core/delay', 'Wait in every round');
}

/** The slot that was meant, the only one there is, or a new one. */
function chooseSlot(context: LintContext, issue: Issue): IssueFix | undefined {
  const { document, view } = context;
  const node = issue.node === undefined ? undefined : view.nodes.get(issue.node);
  const field = lastKey(issue);
  const platform = node?.definition?.connections.find((need) => need.field === field)?.platform;
  if (node === undefined || platform === undefined) return undefined;
  const written = writtenConfig(context, node.id)[field];
  const wanted = typeof written === 'string' ? written.replace(/^@/u, '') : '';
  const fitting = Object.entries(document.connections ?? {}).filter(([, slot]) => slot.platform === platform);
  const only = fitting.length === 1 ? fitting[0]?.[0] : undefined;
  const name =
    findSimilar(
      wanted,
      fitting.map(([slot]) => slot),
    ) ?? only;
  if (name !== undefined) return setConfigAt(context, node.id, `/${field}`, `@${name}`, `Use the account "@${name}"`);
  const free = wanted !== '' && /^[a-z][a-zA-Z0-9_]*$/u.test(wanted) ? wanted : 'account';
  if (fitting.length > 0 || Object.hasOwn(document.connections ?? {}, free)) return undefined;
  const choose = setConfigAt(context, node.id, `/${field}`, `@${free}`, '');
  return {
    title: `Add the account "@${free}"`,
    operations: [{ kind: 'setSlot', name: free, slot: { platform, label: free } }, ...choose.operations],
  };
}

function titleOf({ view }: LintContext, id: string): string {
  return view.nodes.get(id)?.title ?? id;
}

function lastKey(issue: Issue): string {
  return issue.path?.split('/').at(-1) ?? '';
}
