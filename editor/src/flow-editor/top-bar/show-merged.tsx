import { Button, List, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUsers } from '@tabler/icons-react';

/** One notice, renewed, however often two people save in turn. */
const NOTICE = 'draft-merged';
const SHOWN_ITEMS = 4;

/**
 * Says that somebody else changed the draft, too, and what of ours could not be kept.
 *
 * @param lost What was lost, in words. @param takeMine Makes it so after all; null when that is not possible.
 */
export function showMerged(lost: readonly string[], takeMine: (() => void) | null): void {
  notifications.hide(NOTICE);
  notifications.show({
    id: NOTICE,
    color: lost.length === 0 ? 'weave' : 'yellow',
    icon: <IconUsers size={18} />,
    autoClose: lost.length === 0 ? 6000 : false,
    title: 'Somebody else is changing this flow, too',
    message:
      lost.length === 0 ? (
        'You see their changes and yours.'
      ) : (
        <Stack gap={6} align="flex-start" data-testid="merge-lost">
          <Text size="sm">Not kept, as both of you changed it. You see theirs:</Text>
          <List size="sm" spacing={2}>
            {lost.slice(0, SHOWN_ITEMS).map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
            {lost.length > SHOWN_ITEMS && <List.Item>and {lost.length - SHOWN_ITEMS} more</List.Item>}
          </List>
          {takeMine !== null && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                notifications.hide(NOTICE);
                takeMine();
              }}
            >
              Use mine instead
            </Button>
          )}
        </Stack>
      ),
  });
}
