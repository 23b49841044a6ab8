import { ActionIcon, Button, Group, Menu, Popover, Stack, Text, Textarea, Tooltip } from '@mantine/core';
import { IconChevronDown, IconPlayerPause, IconPlayerPlay, IconRocket } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { queryKeys } from '../../api/query-keys.ts';
import { notifyDone, notifyProblem } from '../../shared/notify.tsx';
import { StatusPill } from '../../shared/StatusPill.tsx';
import { isBlocker } from '../model/issues.ts';
import { useEditor } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';
import { PublishTests } from './PublishTests.tsx';

/** Publishes the draft, and pauses or resumes what is published. */
export function PublishControl({ onTests }: { onTests(): void }) {
  const session = useFlowSession();
  const client = useQueryClient();
  const status = useEditor((state) => state.status);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const blockers = useEditor((state) => state.issues.filter(isBlocker).length);
  const isEmpty = useEditor((state) => Object.keys(state.document.nodes).length === 0);
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [note, setNote] = useState('');
  const isUpToDate = status.publishedVersion !== null && !status.hasUnpublishedChanges;
  const reason = isEmpty
    ? 'Add a starting point first.'
    : blockers > 0
      ? `${blockers} ${blockers === 1 ? 'thing' : 'things'} to settle first: see the list of problems.`
      : isUpToDate
        ? 'The published version is the same as this draft.'
        : null;

  const attempt = async (work: () => Promise<string>) => {
    setBusy(true);
    try {
      notifyDone(await work());
      await Promise.all([
        client.invalidateQueries({ queryKey: ['flows', 'list'] }),
        client.invalidateQueries({ queryKey: queryKeys.flowVersions(session.flowId) }),
      ]);
    } catch (error) {
      notifyProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const publish = (evenIfTestsFail: boolean) =>
    attempt(async () => {
      const published = await session.publish(note.trim(), { evenIfTestsFail });
      setOpen(false);
      setNote('');
      return `Version ${published.publishedVersion ?? ''} is live.`;
    });

  return (
    <Group gap={8} wrap="nowrap">
      <Tooltip
        label={
          status.publishedVersion === null
            ? 'Never published'
            : `Version ${status.publishedVersion}${status.hasUnpublishedChanges ? ', with changes that are not published' : ''}`
        }
      >
        <span
          className="fe-live"
          data-testid="flow-state"
          data-state={status.state}
          data-dirty={status.publishedVersion !== null && status.hasUnpublishedChanges}
        >
          <StatusPill status={status.state} />
        </span>
      </Tooltip>
      {!isReadOnly && (
        <Button.Group>
          <Popover
            opened={isOpen}
            onChange={setOpen}
            position="bottom-end"
            width={320}
            shadow="lg"
            radius="md"
            trapFocus
            withinPortal
          >
            <Popover.Target>
              <Tooltip label={reason ?? 'Make this version live'}>
                <Button
                  size="sm"
                  leftSection={<IconRocket size={16} />}
                  data-testid="publish"
                  {...(reason === null ? {} : { 'data-disabled': true, 'aria-disabled': true })}
                  onClick={(event) => (reason === null ? setOpen(true) : event.preventDefault())}
                  loading={isBusy}
                >
                  Publish
                </Button>
              </Tooltip>
            </Popover.Target>
            <Popover.Dropdown>
              <Stack gap="sm">
                <div>
                  <Text fw={650} size="sm">
                    Publish version {(status.publishedVersion ?? 0) + 1}
                  </Text>
                  <Text size="xs" c="dimmed">
                    New runs use it from now on. Runs that are under way finish on the version they started with.
                  </Text>
                </div>
                <Textarea
                  data-autofocus
                  label="What is new"
                  placeholder="Optional"
                  autosize
                  minRows={2}
                  maxRows={5}
                  maxLength={500}
                  value={note}
                  onChange={(event) => setNote(event.currentTarget.value)}
                />
                <PublishTests
                  isBusy={isBusy}
                  onCancel={() => setOpen(false)}
                  onPublish={(evenIfTestsFail) => void publish(evenIfTestsFail)}
                  onTests={() => {
                    setOpen(false);
                    onTests();
                  }}
                />
              </Stack>
            </Popover.Dropdown>
          </Popover>
          {status.publishedVersion !== null && (
            <Menu position="bottom-end" width={210}>
              <Menu.Target>
                <ActionIcon variant="default" size={36} aria-label="Pause or resume">
                  <IconChevronDown size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {status.state === 'live' ? (
                  <Menu.Item
                    leftSection={<IconPlayerPause size={16} />}
                    onClick={() =>
                      void attempt(
                        async () => (await session.pause(), 'Paused. Runs under way go on; new ones do not start.'),
                      )
                    }
                  >
                    Pause
                  </Menu.Item>
                ) : (
                  <Menu.Item
                    leftSection={<IconPlayerPlay size={16} />}
                    onClick={() => void attempt(async () => (await session.resume(), 'Live again.'))}
                  >
                    Resume
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
        </Button.Group>
      )}
    </Group>
  );
}
