import { ActionIcon, Menu } from '@mantine/core';
import { IconCamera, IconMenu2, IconMoodHeart, IconPhoto, IconPlus, IconShare2 } from '@tabler/icons-react';
import { usePhone } from './phone-context.ts';
import { useAct, usePosts } from './phone-queries.ts';

/** What else a customer can send, and the shop's fixed menu. */
export function AttachMenu() {
  const { account, persona } = usePhone();
  const act = useAct(account.id, persona.id);
  const { data: posts } = usePosts(account.id);
  const newest = posts?.find((post) => post.kind !== 'story');
  return (
    <Menu position="top-start" width={230}>
      <Menu.Target>
        <ActionIcon
          size={40}
          radius="50%"
          variant="transparent"
          color="var(--ph-accent)"
          aria-label="Send something else"
          data-testid="phone-attach"
        >
          <IconPlus size={22} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPhoto size={16} />} onClick={() => act.mutate({ kind: 'image' })}>
          Send a picture
        </Menu.Item>
        <Menu.Item leftSection={<IconCamera size={16} />} onClick={() => act.mutate({ kind: 'story-mention' })}>
          Mention them in my story
        </Menu.Item>
        {newest !== undefined && (
          <Menu.Item
            leftSection={<IconShare2 size={16} />}
            onClick={() => act.mutate({ kind: 'share-post', mediaId: newest.id })}
          >
            Share their newest post
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconMoodHeart size={16} />} onClick={() => act.mutate({ kind: 'unsupported' })}>
          Something unusual
        </Menu.Item>
        {account.menu.length > 0 && (
          <>
            <Menu.Label>Menu of {account.username}</Menu.Label>
            {account.menu.map((item, index) => (
              <Menu.Item
                key={index}
                leftSection={<IconMenu2 size={16} />}
                onClick={() => act.mutate({ kind: 'tap-menu-item', index })}
              >
                {item.title}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
