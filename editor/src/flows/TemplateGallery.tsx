import { Badge, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { notifyProblem } from '../shared/notify.tsx';
import { ErrorState } from '../shared/PageStates.tsx';
import { FlowPreview } from './FlowPreview.tsx';
import { useFlowActions, useTemplates } from './flow-queries.ts';
import classes from './TemplateGallery.module.css';

/** A blank canvas and every shipped template, each drawn from its own document. A click makes the flow and opens it. */
export function TemplateGallery() {
  const templates = useTemplates();
  const { create } = useFlowActions();
  const [, navigate] = useLocation();
  const start = (templateId?: string) =>
    create.mutate(templateId === undefined ? {} : { templateId }, {
      onSuccess: (flow) => navigate(`/flows/${flow.id}`),
      onError: notifyProblem,
    });
  const startingId = create.isPending ? (create.variables.templateId ?? 'blank') : null;
  return (
    <div className={classes['grid']}>
      <UnstyledButton
        className={classes['card']}
        onClick={() => start()}
        disabled={create.isPending}
        data-testid="template-blank"
        aria-busy={startingId === 'blank'}
      >
        <div className={classes['blank']}>
          <IconPlus size={30} stroke={1.5} aria-hidden />
        </div>
        <Text fw={620}>Blank canvas</Text>
        <Text size="sm" c="dimmed">
          Choose what starts it, then draw what follows.
        </Text>
      </UnstyledButton>
      {templates.isPending && [0, 1].map((index) => <Skeleton key={index} height={236} radius="lg" />)}
      {templates.isError && <ErrorState error={templates.error} onRetry={() => void templates.refetch()} />}
      {templates.data?.items.map((template) => (
        <UnstyledButton
          key={template.id}
          className={classes['card']}
          onClick={() => start(template.id)}
          disabled={create.isPending}
          data-testid={`template-${template.id}`}
          aria-busy={startingId === template.id}
        >
          <FlowPreview document={template.document} height={122} />
          <Text fw={620} mt={2} lh={1.35}>
            {template.name}
          </Text>
          <Text size="sm" c="dimmed" lineClamp={3}>
            {template.summary}
          </Text>
          <div className={classes['tags']}>
            <Badge variant="light" size="sm">
              {template.category}
            </Badge>
            <Badge variant="default" size="sm">
              {template.nodeCount} nodes
            </Badge>
          </div>
        </UnstyledButton>
      ))}
    </div>
  );
}
