import type { Issue } from '@heddle/schemas';
import { activeNodes, nodesAfter, warnAt, type LintContext } from '../lint-context.ts';
import { removeNodeFix } from '../fixes.ts';
import { traceWindow } from '../trace-window.ts';

/**
 * A message to somebody who has not written: after a comment only one private reply is allowed, and everything else needs their
 * answer first. Also a second private reply to the same comment.
 */
export function unansweredContact(context: LintContext): Issue[] {
  const ages = traceWindow(context);
  const replies = activeNodes(context).filter((node) => isPrivateReply(node.definition?.type ?? ''));
  const early = activeNodes(context).flatMap((node): Issue[] => {
    if (node.definition?.lint.needsWindow !== true || ages.get(node.id)?.ms !== Infinity) return [];
    const before = replies.find((reply) => nodesAfter(context, reply.id).has(node.id));
    const message =
      before === undefined
        ? `"${node.title}" writes to a person who has not written to you; only people who wrote within 24 hours may be messaged. Answer a comment by a private reply that asks something, and wait for the answer.`
        : `"${node.title}" comes after "${before.title}" without an answer in between. One private reply is all that is allowed before the person answers: wait for the answer first.`;
    return [
      warnAt(
        node,
        'window.notOpened',
        message,
        isHandled(context, node.id) ? undefined : removeNodeFix(node.id, node.title),
      ),
    ];
  });
  const second = replies.flatMap((reply): Issue[] => {
    const first = replies.find(
      (other) => other.id !== reply.id && nodesAfter(context, other.id).has(reply.id) && sameComment(other, reply),
    );
    if (first === undefined || nodesAfter(context, reply.id).has(first.id)) return [];
    const message = `"${reply.title}" answers the same comment as "${first.title}" before it; one private reply per comment is allowed.`;
    return [warnAt(reply, 'privateReply.second', message, removeNodeFix(reply.id, reply.title))];
  });
  return [...early, ...second];
}

/** The author thought of it: removing the node would take away what they connected. */
function isHandled({ leaving }: LintContext, id: string): boolean {
  return (leaving.get(id) ?? []).some((edge) => edge.port === 'windowClosed');
}

/** By the name that every platform plugin uses; no fact of a definition tells it. */
function isPrivateReply(type: string): boolean {
  return type.endsWith('/private-reply');
}

function sameComment(a: { readonly config: object }, b: { readonly config: object }): boolean {
  return Reflect.get(a.config, 'commentId') === Reflect.get(b.config, 'commentId');
}
