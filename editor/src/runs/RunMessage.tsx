import type { OutboxView } from '@heddle/schemas/api';
import { ACTION_TITLES } from '../activity/action-titles.ts';
import { SettleMenu } from '../activity/SettleMenu.tsx';
import { useHasRole } from '../api/session-queries.ts';
import { StatusPill } from '../shared/StatusPill.tsx';
import classes from './RunTimeline.module.css';

/**
 * What a node sent or was not allowed to send.
 *
 * @param knownReason Said by the node's own error, and not repeated.
 * @param onGoOn Lets the run go on from this node; undefined unless it failed here.
 */
export function RunMessage({
  message,
  knownReason,
  onGoOn,
}: {
  message: OutboxView;
  knownReason: string | undefined;
  onGoOn: (() => Promise<unknown>) | undefined;
}) {
  const isEditor = useHasRole('editor');
  return (
    <div className={classes['message']} data-state={message.state} data-testid="run-message">
      <div className={classes['messageHead']}>
        <span>{ACTION_TITLES[message.kind] ?? message.kind}</span>
        <StatusPill status={message.state} size="sm" />
      </div>
      <span>{message.summary === '' ? '(no text)' : message.summary}</span>
      {message.reason !== null && message.reason !== knownReason && (
        <span className={classes['meta']}>{message.reason}</span>
      )}
      {message.state === 'unknown' && isEditor && <SettleMenu id={message.id} onGoOn={onGoOn} />}
    </div>
  );
}
