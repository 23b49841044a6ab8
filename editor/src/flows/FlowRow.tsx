import { Switch, Tooltip } from '@mantine/core';
import type { FlowSummary } from '@heddle/schemas/api';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { NodeIcon } from '../shared/NodeIcon.tsx';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { FlowMenu } from './FlowMenu.tsx';
import { useFlowActions, useNodeTypes } from './flow-queries.ts';
import classes from './FlowRow.module.css';

/** One flow in the list: what starts it, its state, its last 7 days, and what can be done with it. */
export function FlowRow({ flow, isEditor }: { flow: FlowSummary; isEditor: boolean }) {
  const { data: types } = useNodeTypes();
  const { pause, resume } = useFlowActions();
  const triggers = useMemo(
    () => flow.triggers.map((type) => types?.items.find((definition) => definition.type === type)),
    [flow.triggers, types],
  );
  const first = triggers[0];
  const isLive = flow.state === 'live';
  const toggle = () => {
    const action = isLive ? pause : resume;
    action.mutate(flow.id, {
      onSuccess: () =>
        notifyDone(isLive ? `“${flow.name}” is paused. Runs under way go on.` : `“${flow.name}” is live again.`),
      onError: notifyProblem,
    });
  };
  return (
    <li className={classes['row']} data-testid="flow-row" data-flow-id={flow.id}>
      <span className={classes['icon']} data-quiet={flow.triggers.length === 0 || undefined}>
        <NodeIcon name={first?.icon ?? 'route'} size={20} />
      </span>
      <div className={classes['words']}>
        <div className={classes['title']}>
          <Link href={`/flows/${flow.id}`} className={classes['name']}>
            {flow.name}
          </Link>
          <StatusPill status={flow.state} size="sm" />
          {flow.hasUnpublishedChanges && flow.publishedVersion !== null && (
            <Tooltip label="The draft differs from what is live. Publish it to make the changes count.">
              <span className={classes['dot']}>Unpublished changes</span>
            </Tooltip>
          )}
        </div>
        <span className={classes['meta']}>
          {triggers.length === 0
            ? 'No starting point yet'
            : triggers.map((definition, index) => definition?.title ?? flow.triggers[index]).join(', ')}{' '}
          · changed <RelativeTime at={flow.updatedAt} />
        </span>
      </div>
      <dl className={classes['counts']} aria-label="Last 7 days">
        <Count label="Runs" value={flow.recent.runs} />
        <Count label="Sent" value={flow.recent.sent} />
        <Count label="Waiting" value={flow.recent.waiting} />
        <Count label="Failed" value={flow.recent.failed} isBad={flow.recent.failed > 0} />
      </dl>
      <div className={classes['actions']}>
        {isEditor && flow.state !== 'draft' && (
          <Tooltip label={isLive ? 'Pause' : 'Make live again'}>
            <Switch
              checked={isLive}
              onChange={toggle}
              disabled={pause.isPending || resume.isPending}
              aria-label={`${flow.name} is live`}
              size="sm"
              color="green"
              wrapperProps={{ 'data-testid': 'flow-live-switch' }}
            />
          </Tooltip>
        )}
        <FlowMenu flow={flow} isEditor={isEditor} />
      </div>
    </li>
  );
}

function Count({ label, value, isBad = false }: { label: string; value: number; isBad?: boolean }) {
  return (
    <Tooltip label={`${label}, last 7 days`}>
      <div className={classes['count']} data-bad={isBad || undefined} data-zero={value === 0 || undefined}>
        <dd>{value.toLocaleString('en')}</dd>
        <dt>{label}</dt>
      </div>
    </Tooltip>
  );
}
