import { Anchor, Button, Checkbox, Kbd, Textarea, Tooltip } from '@mantine/core';
import type { ApprovalView } from '@heddle/schemas/api';
import { IconCheck, IconClock, IconMessagePlus, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { ContactName } from '../shared/ContactName.tsx';
import { fullTime } from '../shared/relative-time.ts';
import { RelativeTime, useNowMs } from '../shared/RelativeTime.tsx';
import { timeLeft } from './approval-words.ts';
import { DecisionDataView } from './DecisionData.tsx';
import classes from './Approvals.module.css';

/** One question: what is asked, what there is to decide on, about whom, and the decision. */
export function ApprovalCard({
  approval,
  isActive,
  isScrolledTo,
  isEditor,
  isSelected,
  note,
  onSelect,
  onNote,
  onDecide,
  onActive,
}: {
  approval: ApprovalView;
  /** The keyboard is at this one. */
  isActive: boolean;
  /** The keyboard came here, so it has to be in view. */
  isScrolledTo: boolean;
  isEditor: boolean;
  isSelected: boolean;
  note: string;
  onSelect: (isSelected: boolean) => void;
  onNote: (note: string) => void;
  onDecide: (decision: 'approved' | 'rejected') => void;
  onActive: () => void;
}) {
  const card = useRef<HTMLElement>(null);
  const [hasNote, setHasNote] = useState(note !== '');
  const left = timeLeft(approval.dueAt, useNowMs());
  useEffect(() => {
    if (isScrolledTo) card.current?.scrollIntoView({ block: 'nearest' });
  }, [isScrolledTo]);
  return (
    <article
      ref={card}
      className={classes['card']}
      data-active={isActive || undefined}
      data-selected={isSelected || undefined}
      data-testid="approval"
      aria-label={approval.title}
      aria-current={isActive ? 'true' : undefined}
      onPointerDown={onActive}
    >
      <header className={classes['head']}>
        {isEditor && (
          <Checkbox
            checked={isSelected}
            onChange={(event) => onSelect(event.currentTarget.checked)}
            aria-label={`Select “${approval.title}”`}
            mt={2}
          />
        )}
        <div className={classes['words']}>
          <h2>{approval.title}</h2>
          <div className={classes['meta']}>
            <Anchor component={Link} href={`/flows/${approval.flowId}?node=${approval.node}`} size="sm">
              {approval.flowName}
            </Anchor>
            <Anchor component={Link} href={`/runs/${approval.runId}`} size="sm" c="dimmed">
              asked <RelativeTime at={approval.askedAt} />
            </Anchor>
            {left !== null && approval.dueAt !== null && (
              <Tooltip label={`After ${fullTime(approval.dueAt)} the run goes on by “Nobody decided”.`}>
                <span className={classes['due']} data-short={left.isShort || undefined}>
                  <IconClock size={14} aria-hidden /> {left.text}
                </span>
              </Tooltip>
            )}
          </div>
        </div>
        {approval.contact !== null && (
          <div className={classes['contact']}>
            <ContactName contact={approval.contact} />
          </div>
        )}
      </header>
      {approval.text !== '' && <p className={classes['text']}>{approval.text}</p>}
      <DecisionDataView data={approval.data} />
      {isEditor && (
        <footer className={classes['actions']}>
          {hasNote && (
            <Textarea
              className={classes['note']}
              value={note}
              onChange={(event) => onNote(event.currentTarget.value)}
              placeholder="Why? The flow can use this note."
              aria-label={`Note to “${approval.title}”`}
              maxLength={2000}
              autosize
              minRows={1}
              maxRows={5}
              // Just opened to be written in; with words in it, it was there before.
              autoFocus={note === ''}
              data-testid="approval-note"
            />
          )}
          <Button
            leftSection={<IconCheck size={17} />}
            rightSection={isActive ? <Key name="a" /> : undefined}
            onClick={() => onDecide('approved')}
            data-testid="approve"
          >
            Approve
          </Button>
          <Button
            variant="default"
            leftSection={<IconX size={17} />}
            rightSection={isActive ? <Key name="r" /> : undefined}
            onClick={() => onDecide('rejected')}
            data-testid="reject"
          >
            Reject
          </Button>
          {!hasNote && (
            <Button
              variant="subtle"
              color="gray"
              leftSection={<IconMessagePlus size={17} />}
              onClick={() => setHasNote(true)}
              data-testid="add-note"
            >
              Add a note
            </Button>
          )}
        </footer>
      )}
    </article>
  );
}

/** Which key does the same. */
function Key({ name }: { name: string }) {
  return (
    <Kbd size="xs" className={classes['key']} aria-hidden>
      {name}
    </Kbd>
  );
}
