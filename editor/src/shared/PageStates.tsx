import { Alert, Button, Code, Group, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconRefresh, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { toProblem } from '../api/api-problem.ts';
import classes from './PageStates.module.css';

/** Nothing here yet: what will be, and how to get there. */
export function EmptyState({
  icon: Symbol,
  title,
  children,
  action,
}: {
  icon: Icon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={classes['empty']}>
      <ThemeIcon size={56} radius="xl" variant="light">
        <Symbol size={28} stroke={1.5} />
      </ThemeIcon>
      <Title order={2} size="h4" mt="md">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" size="sm" maw={460} ta="center" mt={6} component="div">
          {children}
        </Text>
      )}
      {action !== undefined && <Group mt="lg">{action}</Group>}
    </div>
  );
}

/** Loading failed: what happened, what to do, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const problem = toProblem(error);
  return (
    <Alert
      color="red"
      variant="light"
      radius="lg"
      icon={<IconAlertTriangle />}
      title={problem.detail}
      role="alert"
      data-testid="error-state"
    >
      <Stack gap="sm" align="flex-start">
        {problem.remedy !== '' && <Text size="sm">{problem.remedy}</Text>}
        {problem.requestId !== undefined && (
          <Text size="xs" c="dimmed">
            Request <Code>{problem.requestId}</Code>
          </Text>
        )}
        {onRetry !== undefined && (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={15} />} onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Grey rows in the shape of what is being loaded. */
export function LoadingRows({ rows = 5, height = 64 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="sm" aria-busy="true" role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: rows }, (_unused, index) => (
        <Skeleton key={index} height={height} radius="lg" />
      ))}
    </Stack>
  );
}
