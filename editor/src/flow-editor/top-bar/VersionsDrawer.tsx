import { Alert, Badge, Center, Drawer, Group, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type FlowVersionSummary } from '@heddle/schemas/api';
import { useState } from 'react';
import { toProblem } from '../../api/api-problem.ts';
import { callApi } from '../../api/client.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { RelativeTime } from '../../shared/RelativeTime.tsx';
import { CompareModal, type Side } from '../compare/CompareModal.tsx';
import { useEditor } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';

/** Published versions, newest first: see what changed since one, or go back to it. */
export function VersionsDrawer({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const session = useFlowSession();
  const params = { id: session.flowId };
  const versions = useQuery({
    queryKey: queryKeys.flowVersions(session.flowId),
    queryFn: ({ signal }) => callApi(api.flows.versions, { params }, { signal }),
    enabled: isOpen,
  });
  const draft = useEditor((state) => state.status);
  const [shown, setShown] = useState<{ readonly before: Side; readonly after: Side } | null>(null);
  const items = versions.data?.items ?? [];
  const [newest] = items;
  return (
    <>
      <Drawer
        opened={isOpen}
        onClose={onClose}
        position="right"
        size={380}
        title={<Text fw={650}>Versions</Text>}
        overlayProps={{ backgroundOpacity: 0.15 }}
      >
        {versions.isLoading && (
          <Center p="xl">
            <Loader size="sm" type="dots" />
          </Center>
        )}
        {versions.error !== null && <Alert color="red">{toProblem(versions.error).detail}</Alert>}
        {versions.data?.items.length === 0 && (
          <Text size="sm" c="dimmed">
            Not published yet. Each time you publish, the flow as it is then is kept here.
          </Text>
        )}
        <Stack gap="xs">
          {newest !== undefined && (
            <Text size="xs" c="dimmed">
              Choose a version to see what changed since, or to go back to it.
            </Text>
          )}
          {newest !== undefined && draft.hasUnpublishedChanges && (
            <button
              type="button"
              className="fe-version"
              data-version="draft"
              onClick={() => setShown({ before: newest.version, after: 'draft' })}
            >
              <Text fw={650} size="sm">
                The draft
              </Text>
              <Text size="xs" c="dimmed">
                Changes that are not published
              </Text>
            </button>
          )}
          {items.map((version) => (
            <VersionRow
              key={version.version}
              version={version}
              onShow={() => setShown({ before: version.version, after: 'draft' })}
            />
          ))}
        </Stack>
      </Drawer>
      {shown !== null && (
        <CompareModal
          versions={items}
          first={shown}
          onClose={() => setShown(null)}
          onWentBack={() => {
            setShown(null);
            onClose();
          }}
        />
      )}
    </>
  );
}

function VersionRow({ version, onShow }: { readonly version: FlowVersionSummary; onShow(): void }) {
  return (
    <button type="button" className="fe-version" data-version={version.version} onClick={onShow}>
      <Group gap={8}>
        <Text fw={650} size="sm">
          Version {version.version}
        </Text>
        {version.isLive && (
          <Badge size="sm" color="green" variant="light" radius="xl">
            Live
          </Badge>
        )}
      </Group>
      {version.note !== '' && <Text size="sm">{version.note}</Text>}
      <Text size="xs" c="dimmed">
        <RelativeTime at={version.publishedAt} /> · {version.publishedBy}
      </Text>
    </button>
  );
}
