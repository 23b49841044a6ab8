import { Button, Checkbox, NumberInput, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPhotoSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { notifyProblem } from '../shared/notify.tsx';
import { useCatalogActions } from './catalog-queries.ts';

/** Asks how far to look, then starts the scan. */
export function ScanButton({ isRunning }: { isRunning: boolean }) {
  const { scan } = useCatalogActions();
  const [isOpen, popover] = useDisclosure(false);
  const [limit, setLimit] = useState<number>(200);
  const [includeCarousels, setCarousels] = useState(true);
  const [includeVideos, setVideos] = useState(false);
  const start = () =>
    scan.mutate({ limit, includeCarousels, includeVideos }, { onSuccess: popover.close, onError: notifyProblem });
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => !opened && popover.close()}
      position="bottom-end"
      width={290}
      shadow="md"
      radius="lg"
      trapFocus
    >
      <Popover.Target>
        <Button
          leftSection={<IconPhotoSearch size={18} />}
          disabled={isRunning}
          onClick={popover.toggle}
          data-testid="scan"
        >
          Scan posts
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <NumberInput
            label="Newest posts, at most"
            min={1}
            max={900}
            value={limit}
            onChange={(value) => setLimit(Math.min(900, Math.max(1, Number(value) || 1)))}
          />
          <Checkbox
            label="Posts with several pictures"
            checked={includeCarousels}
            onChange={(event) => setCarousels(event.currentTarget.checked)}
          />
          <Checkbox
            label="Videos and reels"
            checked={includeVideos}
            onChange={(event) => setVideos(event.currentTarget.checked)}
          />
          <Text size="xs" c="dimmed">
            Posts that were read before are not paid for again. You can stop at any time; drafts made so far stay.
          </Text>
          <Button onClick={start} loading={scan.isPending} data-testid="start-scan">
            Start
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
