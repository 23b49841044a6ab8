import type { Issue } from '@heddle/schemas';

/** Issues of one node, for the badge on its card. */
export interface NodeIssues {
  readonly errors: number;
  readonly warnings: number;
  readonly all: readonly Issue[];
}

/** Issues by node id. */
export function issuesByNode(issues: readonly Issue[]): ReadonlyMap<string, NodeIssues> {
  const grouped = new Map<string, Issue[]>();
  for (const issue of issues) {
    if (issue.node === undefined) continue;
    const list = grouped.get(issue.node);
    if (list === undefined) grouped.set(issue.node, [issue]);
    else list.push(issue);
  }
  return new Map(
    [...grouped].map(([id, all]) => [
      id,
      { errors: all.filter(isBlocker).length, warnings: all.filter((issue) => !isBlocker(issue)).length, all },
    ]),
  );
}

/** Keeps the groups that did not change, so that cards whose issues are the same are not drawn again. */
export function keepUnchanged(
  before: ReadonlyMap<string, NodeIssues>,
  after: ReadonlyMap<string, NodeIssues>,
): ReadonlyMap<string, NodeIssues> {
  return new Map(
    [...after].map(([id, group]) => {
      const known = before.get(id);
      return [id, known !== undefined && sameMessages(known.all, group.all) ? known : group];
    }),
  );
}

function sameMessages(a: readonly Issue[], b: readonly Issue[]): boolean {
  return (
    a.length === b.length &&
    a.every((issue, index) => {
      const other = b[index];
      return issue.message === other?.message && issue.path === other.path && issue.fix?.title === other.fix?.title;
    })
  );
}

/** True when the issue prevents publishing. */
export function isBlocker(issue: Issue): boolean {
  return issue.severity === 'error';
}

/** The messages for each place of a node's config, by JSON pointer into the config (`/parts/0/text`); '' is the node as a whole. */
export function messagesByField(issues: readonly Issue[], nodeId: string): ReadonlyMap<string, string> {
  const prefix = `/nodes/${nodeId}/config`;
  const messages = new Map<string, string>();
  for (const issue of issues) {
    if (issue.node !== nodeId) continue;
    const pointer = issue.path?.startsWith(prefix) === true ? issue.path.slice(prefix.length) : '';
    if (!messages.has(pointer)) messages.set(pointer, withoutNodeTitle(issue.message));
  }
  return messages;
}

/** `"Send a message": "Text" must not be empty.` without the node's name, which is plain where it is shown. */
export function withoutNodeTitle(message: string): string {
  return message.replace(/^"[^"]*": /u, '').replace(/^"[^"]*" (?=must not be empty|needs|has|is )/u, 'This ');
}
