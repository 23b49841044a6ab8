import { ActionIcon, Button, Group, Select, Text, Title, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { checkPostContent } from '@heddle/nodes/definitions';
import type { PostView } from '@heddle/schemas/api';
import { IconCalendarTime, IconDeviceFloppy, IconSend, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useConnections } from '../connections/connection-queries.ts';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { CaptionField } from './CaptionField.tsx';
import { CheckList } from './CheckList.tsx';
import {
  describePicture,
  EMPTY,
  fromPost,
  addPictures,
  movePicture,
  removePicture,
  type Composition,
} from './composer-state.ts';
import { PictureList } from './PictureList.tsx';
import { PostPreview } from './PostPreview.tsx';
import { usePostActions, usePostCheck, type PostDraft } from './post-queries.ts';
import { ScheduleFields } from './ScheduleFields.tsx';
import classes from './Publishing.module.css';

/** The server looks at the pictures, so it is not asked at every key. */
const CHECK_AFTER_MS = 600;

/** Where a post is put together: account, pictures, caption, time; beside it how Instagram will show it and what is still wrong. */
export function Composer({ post, onClose }: { post: PostView | null; onClose: () => void }) {
  const [state, setState] = useState<Composition>(() => (post === null ? EMPTY : fromPost(post)));
  const connections = useConnections();
  const accounts = (connections.data?.items ?? []).filter((item) => item.platform === 'instagram');
  // Until the member chooses another one, the default account.
  const connectionId = state.connectionId ?? accounts.find((item) => item.isDefault)?.id ?? accounts[0]?.id ?? null;
  const account = accounts.find((item) => item.id === connectionId);

  const content = useMemo(
    () => ({ caption: state.caption, media: state.pictures.map(({ url, altText }) => ({ url, altText })) }),
    [state.caption, state.pictures],
  );
  const [settledContent] = useDebouncedValue(content, CHECK_AFTER_MS);
  const check = usePostCheck(connectionId, settledContent);
  const isStale = settledContent !== content || check.isFetching;
  const problems = content.media.length === 0 || isStale ? checkPostContent(content) : (check.data?.problems ?? []);

  const actions = usePostActions();
  const isBusy = actions.create.isPending || actions.update.isPending || actions.publish.isPending;
  const save = async (isNow: boolean): Promise<void> => {
    if (connectionId === null) return;
    const draft: PostDraft = { ...content, connectionId, schedule: isNow ? null : state.schedule };
    try {
      if (post === null) await actions.create.mutateAsync({ draft, isNow });
      else {
        await actions.update.mutateAsync({ id: post.id, draft });
        if (isNow) await actions.publish.mutateAsync(post.id);
      }
      notifyDone(isNow ? 'On its way to Instagram.' : state.schedule === null ? 'Kept as a draft.' : 'Scheduled.');
      onClose();
    } catch (error) {
      notifyProblem(error);
    }
  };

  return (
    <section
      className={classes['composer']}
      aria-label={post === null ? 'New post' : 'Change the post'}
      data-testid="composer"
    >
      <div className={classes['form']}>
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4">
            {post === null ? 'New post' : 'Change the post'}
          </Title>
          <Tooltip label="Close without saving">
            <ActionIcon variant="subtle" color="gray" size={36} onClick={onClose} aria-label="Close without saving">
              <IconX size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
        <Select
          label="Account"
          data={accounts.map((item) => ({ value: item.id, label: `@${item.username}` }))}
          value={connectionId}
          onChange={(next) => setState({ ...state, connectionId: next })}
          allowDeselect={false}
          placeholder={connections.isPending ? 'Loading…' : 'Connect an Instagram account first'}
          disabled={accounts.length === 0}
        />
        <PictureList
          pictures={state.pictures}
          connectionId={connectionId}
          problems={problems}
          onAdd={(text) => setState(addPictures(state, text))}
          onMove={(from, to) => setState(movePicture(state, from, to))}
          onRemove={(key) => setState(removePicture(state, key))}
          onDescribe={(key, altText) => setState(describePicture(state, key, altText))}
        />
        <CaptionField value={state.caption} onChange={(caption) => setState({ ...state, caption })} />
        <ScheduleFields value={state.schedule} onChange={(schedule) => setState({ ...state, schedule })} />
        <Group justify="flex-end" gap="sm" className={classes['deeds']}>
          <Button
            variant="default"
            leftSection={<IconDeviceFloppy size={17} />}
            disabled={connectionId === null || state.schedule !== null}
            loading={isBusy && state.schedule === null && !actions.publish.isPending}
            onClick={() => void save(false)}
            data-testid="save-draft"
          >
            Keep as draft
          </Button>
          {state.schedule === null ? (
            <Button
              leftSection={<IconSend size={17} />}
              disabled={connectionId === null || content.media.length === 0}
              loading={isBusy}
              onClick={() => void save(true)}
              data-testid="publish-now"
            >
              Publish now
            </Button>
          ) : (
            <Button
              leftSection={<IconCalendarTime size={17} />}
              disabled={connectionId === null || content.media.length === 0}
              loading={isBusy}
              onClick={() => void save(false)}
              data-testid="schedule"
            >
              Schedule
            </Button>
          )}
        </Group>
      </div>
      <aside className={classes['aside']}>
        <Text size="xs" fw={600} c="dimmed" tt="uppercase" lts={0.4}>
          As Instagram shows it
        </Text>
        <PostPreview
          username={account?.username ?? 'your.account'}
          avatarUrl={account?.pictureUrl ?? null}
          pictures={state.pictures}
          caption={state.caption}
        />
        <CheckList
          problems={problems}
          quota={check.data?.quota ?? null}
          error={check.error}
          isChecking={content.media.length > 0 && isStale}
          hasContent={content.media.length > 0}
        />
      </aside>
    </section>
  );
}
