import { Loader, Text } from '@mantine/core';
import type { PublishingQuota } from '@heddle/schemas/api';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { toProblem } from '../api/api-problem.ts';
import classes from './Publishing.module.css';

interface Props {
  readonly problems: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
  readonly quota: PublishingQuota | null;
  readonly error: unknown;
  readonly isChecking: boolean;
  readonly hasContent: boolean;
}

/** What Instagram would refuse, each with what to do; or that all is in order. */
export function CheckList({ problems, quota, error, isChecking, hasContent }: Props) {
  if (!hasContent) {
    return (
      <Text size="sm" c="dimmed" className={classes['checks']}>
        Add a picture, and Heddle checks everything that Instagram would refuse.
      </Text>
    );
  }
  const broken = error === null || error === undefined ? [] : [toProblem(error)];
  const all = [
    ...broken.map((problem) => ({ code: problem.code, message: problem.detail, remedy: problem.remedy })),
    ...problems,
  ];
  const isGood = all.length === 0 && !isChecking;
  return (
    <ul
      className={classes['checks']}
      aria-live="polite"
      aria-label="Check"
      data-testid="checks"
      data-good={isGood ? '' : undefined}
    >
      {isChecking && (
        <li>
          <Loader size={15} aria-hidden />
          <span>Looking at account, pictures and caption…</span>
        </li>
      )}
      {isGood && (
        <li className={classes['good']}>
          <IconCircleCheck size={17} aria-hidden />
          <span>
            Instagram will take it.
            {quota !== null && ` ${quota.left} of ${quota.total} posts left today.`}
          </span>
        </li>
      )}
      {all.map((problem) => (
        <li key={problem.code + problem.message} className={classes['wrong']} data-testid="check-problem">
          <IconAlertTriangle size={17} aria-hidden />
          <span>
            {problem.message} <b>{problem.remedy}</b>
          </span>
        </li>
      ))}
    </ul>
  );
}
