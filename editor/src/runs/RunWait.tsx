import { Button, Group } from '@mantine/core';
import type { RunView } from '@heddle/schemas/api';
import { IconCheck, IconClock, IconX } from '@tabler/icons-react';
import { keyOf } from '../approvals/decision-desk.ts';
import { useDecide, useTaken, type Decidable } from '../approvals/use-decision-desk.ts';
import { useHasRole } from '../api/session-queries.ts';
import { fullTime } from '../shared/relative-time.ts';
import { useNowMs } from '../shared/RelativeTime.tsx';
import { waitWords } from './wait-words.ts';
import classes from './RunTimeline.module.css';

/** What a run waits for; a question can be decided right here. */
export function RunWait({ wait, runId }: { wait: RunView['waits'][number]; runId: string }) {
  const { text, untilIso } = waitWords(wait, useNowMs());
  const question = toQuestion(wait, runId);
  return (
    <div className={classes['wait']} data-testid="run-wait">
      <IconClock size={16} aria-hidden />
      <div>
        <span {...(untilIso === null ? {} : { title: fullTime(untilIso) })}>{text}</span>
        {question !== null && <Decide question={question} />}
      </div>
    </div>
  );
}

function Decide({ question }: { question: Decidable }) {
  const isEditor = useHasRole('editor');
  const taken = useTaken();
  const decide = useDecide();
  if (!isEditor || taken.has(keyOf(question))) return null;
  return (
    <Group gap={6} mt={6}>
      <Button
        size="compact-sm"
        leftSection={<IconCheck size={14} />}
        onClick={() => decide([question], 'approved', new Map())}
        data-testid="run-approve"
      >
        Approve
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconX size={14} />}
        onClick={() => decide([question], 'rejected', new Map())}
        data-testid="run-reject"
      >
        Reject
      </Button>
    </Group>
  );
}

function toQuestion({ position, wait }: RunView['waits'][number], runId: string): Decidable | null {
  if (position === undefined || !('kind' in wait) || wait.kind !== 'approval') return null;
  return { runId, position, title: 'title' in wait ? String(wait.title) : '' };
}
