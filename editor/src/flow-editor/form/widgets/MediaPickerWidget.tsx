import { Alert, Center, Loader, SimpleGrid, Text, TagsInput, UnstyledButton } from '@mantine/core';
import { IconCheck, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { useMedia } from '../../inspector/media-query.ts';
import { useEditor } from '../../store/editor-context.ts';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import { useForm, type WidgetProps } from '../form-context.ts';
import { toProblem } from '../../../api/api-problem.ts';

/** Own posts as thumbnails to tick; ids can be typed for posts that are not in the list. */
export function MediaPickerWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const { root } = useForm();
  const slot = Object.values(root).find((entry) => typeof entry === 'string' && /^@[a-z]\w*$/u.test(entry));
  const connectionId = useEditor((state) =>
    typeof slot === 'string' ? (state.bindings.connections[slot.slice(1)] ?? null) : null,
  );
  const media = useMedia(connectionId);
  const ids = Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
  const toggle = (id: string) => onChange(ids.includes(id) ? ids.filter((entry) => entry !== id) : [...ids, id]);
  return (
    <FieldFrame {...field} as="group">
      {connectionId === null && (
        <Text size="sm" c="dimmed" mb="xs">
          Choose the account of this flow to see its posts.
        </Text>
      )}
      {media.isLoading && (
        <Center p="md">
          <Loader size="sm" type="dots" />
        </Center>
      )}
      {media.error !== null && (
        <Alert color="red" p="xs" mb="xs">
          {toProblem(media.error).detail}
        </Alert>
      )}
      <SimpleGrid cols={3} spacing={6} mb="xs">
        {(media.data?.items ?? []).map((item) => (
          <UnstyledButton
            key={item.id}
            className="fe-media"
            data-chosen={ids.includes(item.id)}
            aria-pressed={ids.includes(item.id)}
            aria-label={item.caption === '' ? `Post ${item.id}` : item.caption}
            title={item.caption}
            disabled={input.disabled}
            onClick={() => toggle(item.id)}
          >
            <Picture address={item.pictureUrl} />
            {ids.includes(item.id) && (
              <span className="fe-media-check">
                <IconCheck size={13} stroke={3} />
              </span>
            )}
          </UnstyledButton>
        ))}
      </SimpleGrid>
      <TagsInput
        {...input}
        error={input['aria-invalid']}
        size="xs"
        value={ids}
        onChange={onChange}
        placeholder={ids.length === 0 ? 'Or enter a post id' : ''}
        acceptValueOnBlur
      />
    </FieldFrame>
  );
}

function Picture({ address }: { readonly address: string | null }) {
  const [isBroken, setBroken] = useState(false);
  if (address === null || isBroken)
    return (
      <Center h="100%">
        <IconPhoto size={20} opacity={0.4} />
      </Center>
    );
  return <img src={address} alt="" loading="lazy" onError={() => setBroken(true)} />;
}
