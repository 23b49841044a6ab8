import { Button, Popover, ScrollArea, SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPhoto } from '@tabler/icons-react';
import { useEarlierPictures } from './post-queries.ts';
import classes from './Publishing.module.css';

/** Picks pictures of posts that the account published before. */
export function EarlierPictures({
  connectionId,
  onPick,
}: {
  connectionId: string | null;
  onPick: (url: string) => void;
}) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const media = useEarlierPictures(connectionId, isOpen);
  const pictures = (media.data?.items ?? []).filter((item) => item.pictureUrl !== null);
  return (
    <Popover opened={isOpen} onDismiss={close} width={348} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconPhoto size={16} />}
          onClick={toggle}
          disabled={connectionId === null}
          data-testid="earlier-pictures"
        >
          From a post
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <ScrollArea.Autosize mah={300}>
          {pictures.length === 0 && (
            <Text size="sm" c="dimmed" p="sm">
              {media.isPending
                ? 'Loading…'
                : media.isError
                  ? 'The posts could not be loaded.'
                  : 'No posts with pictures.'}
            </Text>
          )}
          <SimpleGrid cols={3} spacing={6}>
            {pictures.map((item) => (
              <UnstyledButton
                key={item.id}
                className={classes['earlier']}
                onClick={() => onPick(item.pictureUrl ?? '')}
                aria-label={`Use the picture of "${item.caption.slice(0, 60)}"`}
                data-testid="earlier-picture"
              >
                <img src={item.pictureUrl ?? ''} alt="" loading="lazy" />
              </UnstyledButton>
            ))}
          </SimpleGrid>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
