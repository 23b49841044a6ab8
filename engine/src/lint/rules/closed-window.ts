import type { Issue, IssueFix } from '@heddle/schemas';
import { findDuration } from '../estimate-wait.ts';
import { setConfigAt } from '../fixes.ts';
import { activeNodes, warnAt, type LintContext } from '../lint-context.ts';
import { traceWindow, WINDOW_MS, type WindowAge } from '../trace-window.ts';

/** What is left for the person to be answered in when a fix shortens a wait. */
const MARGIN_MS = 3_600_000;

/** A message that may come after the messaging window has closed, because the flow waits too long without an answer. */
export function closedWindow(context: LintContext): Issue[] {
  const ages = traceWindow(context);
  return activeNodes(context).flatMap((node): Issue[] => {
    const age = ages.get(node.id);
    if (node.definition?.lint.needsWindow !== true || age === undefined || age.ms < WINDOW_MS || age.ms === Infinity)
      return [];
    const isHandled = (context.leaving.get(node.id) ?? []).some((edge) => edge.port === 'windowClosed');
    if (isHandled) return [];
    const hours = Math.floor(age.ms / 3_600_000);
    const wait =
      age.longest === null ? '' : ` "${context.view.nodes.get(age.longest.node)?.title ?? ''}" waits the longest.`;
    const message = `"${node.title}" may come ${hours} hours after the person last wrote; messages are only allowed within 24.${wait} Wait less, ask for an answer in between, or connect the exit for a closed window.`;
    return [warnAt(node, 'window.mayBeClosed', message, shorten(context, age))];
  });
}

/** The longest wait cut to what the others leave of the window. */
function shorten(context: LintContext, { ms, longest }: WindowAge): IssueFix | undefined {
  const node = longest === null ? undefined : context.view.nodes.get(longest.node);
  const duration = node === undefined ? null : findDuration(node);
  if (node === undefined || longest === null || duration === null) return undefined;
  const hours = Math.floor((WINDOW_MS - MARGIN_MS - (ms - longest.ms)) / 3_600_000);
  if (hours < 1) return undefined;
  return setConfigAt(
    context,
    node.id,
    `/${duration.field}`,
    { amount: hours, unit: 'hours' },
    `Let "${node.title}" wait ${hours} ${hours === 1 ? 'hour' : 'hours'}`,
  );
}
