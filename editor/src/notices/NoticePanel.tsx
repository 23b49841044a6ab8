import { Button, CloseButton, Group, ScrollArea, Text, ThemeIcon } from '@mantine/core';
import type { NoticeView } from '@heddle/schemas/api';
import {
  IconAlertTriangle,
  IconBellOff,
  IconBuildingStore,
  IconChecks,
  IconHelpCircle,
  IconNote,
  IconPlug,
  type Icon,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import { LoadMore } from '../shared/LoadMore.tsx';
import { notifyProblem } from '../shared/notify.tsx';
import { ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { useMarkRead, useNotices } from './notice-queries.ts';
import { noticeWords } from './notice-words.ts';
import classes from './Notices.module.css';

const LOOKS: Readonly<Record<NoticeView['topic'], { icon: Icon; color: string }>> = {
  note: { icon: IconNote, color: 'weave' },
  connection: { icon: IconPlug, color: 'orange' },
  catalog: { icon: IconBuildingStore, color: 'teal' },
  send: { icon: IconHelpCircle, color: 'grape' },
  event: { icon: IconAlertTriangle, color: 'red' },
};

/** Every notice, newest first; following one, or a press on the dot, marks it as seen. */
export function NoticePanel({ onClose, hasClose = false }: { onClose: () => void; hasClose?: boolean }) {
  const list = useNotices();
  const read = useMarkRead();
  const mark = (ids: readonly string[] | undefined) => read.mutate(ids, { onError: notifyProblem });
  const hasUnread = list.items.some((notice) => !notice.isRead);
  return (
    <section className={classes['panel']} data-testid="notice-panel">
      <Group justify="space-between" wrap="nowrap" className={classes['head']}>
        <h2>Notices</h2>
        <Group gap={4} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconChecks size={16} />}
            disabled={!hasUnread}
            loading={read.isPending && read.variables === undefined}
            onClick={() => mark(undefined)}
            data-testid="notices-read"
          >
            Mark all as seen
          </Button>
          {hasClose && <CloseButton onClick={onClose} aria-label="Close the notices" />}
        </Group>
      </Group>
      <ScrollArea.Autosize mah={hasClose ? 'calc(100dvh - 56px)' : 'min(70dvh, 620px)'} type="hover" scrollbarSize={8}>
        <div className={classes['scroll']}>
          {list.isPending && <LoadingRows rows={4} height={56} />}
          {list.isError && list.data === undefined && (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          )}
          {list.data !== undefined && list.items.length === 0 && <Nothing />}
          {list.items.length > 0 && (
            <ul className={classes['list']}>
              {list.items.map((notice) => (
                <NoticeRow
                  key={notice.id}
                  notice={notice}
                  onFollow={() => {
                    if (!notice.isRead) mark([notice.id]);
                    onClose();
                  }}
                  onMark={() => mark([notice.id])}
                />
              ))}
            </ul>
          )}
          <LoadMore pages={list} />
        </div>
      </ScrollArea.Autosize>
    </section>
  );
}

function NoticeRow({ notice, onFollow, onMark }: { notice: NoticeView; onFollow: () => void; onMark: () => void }) {
  const { title, text, href } = noticeWords(notice);
  const { icon: Symbol, color } = LOOKS[notice.topic];
  const who = whoOf(notice);
  return (
    <li className={classes['row']} data-unread={!notice.isRead || undefined} data-testid="notice">
      <ThemeIcon variant="light" color={color} size={32} radius="md" mt={2}>
        <Symbol size={18} stroke={1.7} aria-hidden />
      </ThemeIcon>
      <Link href={href} className={classes['words']} onClick={onFollow}>
        <span className={classes['title']}>{title}</span>
        {text !== '' && <span className={classes['text']}>{text}</span>}
        <span className={classes['meta']}>
          {who !== null && <>{who} · </>}
          <RelativeTime at={notice.at} />
        </span>
      </Link>
      {!notice.isRead && (
        <button type="button" className={classes['dot']} onClick={onMark} aria-label={`Mark as seen: ${title}`} />
      )}
    </li>
  );
}

/** Of somebody whose profile was not read yet only the platform's number is known, which says nothing. */
function whoOf({ contact }: NoticeView): string | null {
  if (contact === null || (contact.username === null && /^\d+$/.test(contact.name))) return null;
  return contact.username === null ? contact.name : `@${contact.username}`;
}

function Nothing() {
  return (
    <div className={classes['nothing']}>
      <IconBellOff size={28} stroke={1.4} aria-hidden />
      <Text size="sm" fw={560} mt={8}>
        Nothing to tell
      </Text>
      <Text size="sm" c="dimmed" ta="center" maw={280}>
        Notes of your flows, accounts that need you, and whatever Heddle cannot decide by itself appear here.
      </Text>
    </div>
  );
}
