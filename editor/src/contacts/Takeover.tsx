import { Button, Group, Text } from '@mantine/core';
import type { ContactView } from '@heddle/schemas/api';
import { notifyProblem, notifyUndo } from '../shared/notify.tsx';
import { fullTime } from '../shared/relative-time.ts';
import { useNowMs } from '../shared/RelativeTime.tsx';
import { useSession } from '../api/session-queries.ts';
import { useTakeOver } from './contact-queries.ts';

/** How long flows stay away when a person of the team takes a conversation here. */
const MINUTES = 60;

/** Who answers this person: the flows, or the team. */
export function Takeover({ contact }: { contact: ContactView }) {
  const takeOver = useTakeOver(contact.id);
  const { data: session } = useSession();
  const nowMs = useNowMs();
  const { takenOverUntil } = contact;
  const isTaken = takenOverUntil !== null && Date.parse(takenOverUntil) > nowMs;
  const set = (minutes: number, message: string, undoMinutes: number) =>
    takeOver.mutate(minutes, {
      onError: notifyProblem,
      onSuccess: () => notifyUndo(message, () => takeOver.mutate(undoMinutes, { onError: notifyProblem })),
    });
  const minutesLeft = isTaken ? Math.max(1, Math.ceil((Date.parse(takenOverUntil) - nowMs) / 60_000)) : 0;
  return (
    <Group justify="space-between" gap="sm" data-testid="takeover">
      <Text size="sm" flex="1 1 180px">
        {isTaken
          ? `Your team has this conversation until ${fullTime(takenOverUntil)}. Flows stay out of it.`
          : 'Flows answer this person.'}
      </Text>
      {session?.role !== 'viewer' && (
        <Button
          size="xs"
          variant="light"
          loading={takeOver.isPending}
          onClick={() =>
            isTaken
              ? set(0, 'Flows answer again.', minutesLeft)
              : set(MINUTES, 'Flows stay out of this conversation for an hour.', 0)
          }
        >
          {isTaken ? 'Let flows answer again' : 'Take over for an hour'}
        </Button>
      )}
    </Group>
  );
}
