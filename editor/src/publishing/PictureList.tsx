import { ActionIcon, Button, Group, Input, Text, TextInput, Tooltip } from '@mantine/core';
import { POST_LIMITS } from '@heddle/nodes/definitions';
import { IconChevronDown, IconChevronUp, IconGripVertical, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { ComposedPicture } from './composer-state.ts';
import { EarlierPictures } from './EarlierPictures.tsx';
import classes from './Publishing.module.css';

interface Props {
  readonly pictures: readonly ComposedPicture[];
  readonly connectionId: string | null;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  onAdd(text: string): void;
  onMove(from: number, to: number): void;
  onRemove(key: string): void;
  onDescribe(key: string, altText: string): void;
}

/** The pictures in their order: dragged by the handle or moved with the arrows, each with its description. */
export function PictureList({ pictures, connectionId, problems, onAdd, onMove, onRemove, onDescribe }: Props) {
  const [address, setAddress] = useState('');
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const add = (): void => {
    if (address.trim() === '') return;
    onAdd(address);
    setAddress('');
  };
  const drop = (): void => {
    if (dragged !== null && over !== null) onMove(dragged, over);
    setDragged(null);
    setOver(null);
  };
  return (
    <Input.Wrapper
      label="Pictures"
      description={`JPEG at a public address, up to ${POST_LIMITS.carouselMost}. More than one makes a carousel, cropped like the first.`}
    >
      <ol className={classes['pictures']}>
        {pictures.map((picture, index) => {
          const wrong = problems.find((problem) => problem.path.startsWith(`/media/${index}/`));
          return (
            <li
              key={picture.key}
              className={classes['picture']}
              data-over={over === index && dragged !== index ? '' : undefined}
              data-dragged={dragged === index ? '' : undefined}
              data-wrong={wrong === undefined ? undefined : ''}
              onDragOver={(event) => {
                event.preventDefault();
                setOver(index);
              }}
              onDrop={(event) => {
                event.preventDefault();
                drop();
              }}
              data-testid="picture"
            >
              <span
                className={classes['grip']}
                draggable
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = 'move';
                  event.dataTransfer.setData('text/plain', picture.url);
                  setDragged(index);
                }}
                onDragEnd={() => {
                  setDragged(null);
                  setOver(null);
                }}
                aria-hidden
              >
                <IconGripVertical size={18} />
              </span>
              <img src={picture.url} alt="" className={classes['thumb']} />
              <div className={classes['pictureWords']}>
                <Text size="xs" c="dimmed" truncate title={picture.url}>
                  {picture.url}
                </Text>
                <TextInput
                  size="xs"
                  placeholder="Describe it for people who cannot see it"
                  aria-label={`Description of picture ${index + 1}`}
                  value={picture.altText}
                  onChange={(event) => onDescribe(picture.key, event.currentTarget.value)}
                />
                {wrong !== undefined && (
                  <Text size="xs" c="red">
                    {wrong.message}
                  </Text>
                )}
              </div>
              <Group gap={2} wrap="nowrap">
                <Move
                  label={`Move picture ${index + 1} up`}
                  isOff={index === 0}
                  onClick={() => onMove(index, index - 1)}
                  icon={<IconChevronUp size={16} />}
                />
                <Move
                  label={`Move picture ${index + 1} down`}
                  isOff={index === pictures.length - 1}
                  onClick={() => onMove(index, index + 1)}
                  icon={<IconChevronDown size={16} />}
                />
                <Tooltip label="Take out">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    onClick={() => onRemove(picture.key)}
                    aria-label={`Take out picture ${index + 1}`}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Tooltip>
              </Group>
            </li>
          );
        })}
      </ol>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <TextInput
          flex={1}
          type="url"
          placeholder="https://…/picture.jpg"
          aria-label="Address of a picture"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
          data-testid="picture-address"
        />
        <Button
          variant="light"
          leftSection={<IconPlus size={16} />}
          onClick={add}
          disabled={address.trim() === ''}
          data-testid="add-picture"
        >
          Add
        </Button>
        <EarlierPictures connectionId={connectionId} onPick={onAdd} />
      </Group>
    </Input.Wrapper>
  );
}

function Move({
  label,
  isOff,
  onClick,
  icon,
}: {
  label: string;
  isOff: boolean;
  onClick: () => void;
  icon: React.ReactNode;
}) {
  return (
    <ActionIcon variant="subtle" color="gray" disabled={isOff} onClick={onClick} aria-label={label}>
      {icon}
    </ActionIcon>
  );
}
