import { Alert, Badge, Button, Center, Drawer, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { diffFlows } from '@heddle/engine';
import { api, type FlowVersionSummary } from '@heddle/schemas/api';
import { useState } from 'react';
import { toProblem } from '../../api/api-problem.ts';
import { callApi } from '../../api/client.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { notifyDone, notifyProblem } from '../../shared/notify.tsx';
import { RelativeTime } from '../../shared/RelativeTime.tsx';
import { FlowCanvas } from '../FlowCanvas.tsx';
import type { NodeCatalog } from '../model/node-catalog.ts';
import { useEditor } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';

/** Published versions, newest first: look at one, or make it the draft. */
export function VersionsDrawer({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const session = useFlowSession();
  const params = { id: session.flowId };
  const versions = useQuery({
    queryKey: queryKeys.flowVersions(session.flowId),
    queryFn: ({ signal }) => callApi(api.flows.versions, { params }, { signal }),
    enabled: isOpen,
  });
  const [shown, setShown] = useState<number | null>(null);
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
          {(versions.data?.items ?? []).map((version) => (
            <VersionRow key={version.version} version={version} onShow={() => setShown(version.version)} />
          ))}
        </Stack>
      </Drawer>
      {shown !== null && (
        <VersionModal
          version={shown}
          onClose={() => setShown(null)}
          onRestored={() => {
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

function VersionModal({
  version,
  onClose,
  onRestored,
}: {
  readonly version: number;
  onClose(): void;
  onRestored(): void;
}) {
  const session = useFlowSession();
  const client = useQueryClient();
  const draft = useEditor((state) => state.document);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const catalog = useEditor((state) => state.catalog);
  const [isBusy, setBusy] = useState(false);
  const { data, error } = useQuery({
    queryKey: [...queryKeys.flowVersions(session.flowId), version],
    queryFn: ({ signal }) =>
      callApi(api.flows.version, { params: { id: session.flowId, version: String(version) } }, { signal }),
    staleTime: Infinity,
  });
  const differences = data === undefined ? [] : diffFlows(data.document, draft);
  const restore = async () => {
    setBusy(true);
    try {
      await session.restore(version);
      await client.invalidateQueries({ queryKey: ['flows', 'list'] });
      notifyDone(`Version ${version} is the draft now. Publish it to make it live.`);
      onRestored();
    } catch (problem) {
      notifyProblem(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} size="90%" title={<Text fw={650}>Version {version}</Text>}>
      {error !== null && (
        <Alert color="red" mb="md">
          {toProblem(error).detail}
        </Alert>
      )}
      <div className="fe-version-canvas">{data !== undefined && <FlowCanvas document={data.document} readOnly />}</div>
      <Group justify="space-between" mt="md" align="flex-start" wrap="nowrap">
        <div className="fe-version-diff">
          <Text size="xs" fw={600} mb={2}>
            {differences.length === 0 ? 'The draft is the same as this version.' : 'What changed since, in the draft'}
          </Text>
          {differences.slice(0, 6).map((difference) => (
            <Text key={difference.text} size="xs" c="dimmed">
              {withTitles(difference.text, catalog)}
            </Text>
          ))}
          {differences.length > 6 && (
            <Text size="xs" c="dimmed">
              and {differences.length - 6} more
            </Text>
          )}
        </div>
        {!isReadOnly && (
          <Button
            loading={isBusy}
            disabled={data === undefined || differences.length === 0}
            onClick={() => void restore()}
          >
            Make it the draft
          </Button>
        )}
      </Group>
    </Modal>
  );
}

/** The engine names nodes without a label by their type; people know the title. */
function withTitles(text: string, catalog: NodeCatalog): string {
  return text.replaceAll(/"([a-z][a-z0-9-]*\/[a-z][a-z0-9-]*)"/gu, (quoted, type: string) =>
    catalog.find(type) === undefined ? quoted : `"${catalog.find(type)?.title ?? type}"`,
  );
}
