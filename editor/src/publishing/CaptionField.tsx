import { Group, Text, Textarea } from '@mantine/core';
import { countCaption, POST_LIMITS } from '@heddle/nodes/definitions';

/** The caption with its live counters. */
export function CaptionField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const counts = countCaption(value);
  return (
    <div>
      <Textarea
        label="Caption"
        placeholder="What is in the picture, and what people should do. #hashtags help to be found."
        autosize
        minRows={4}
        maxRows={14}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data-testid="caption"
      />
      <Group gap="md" mt={6} justify="flex-end">
        <Counter count={counts.characters} limit={POST_LIMITS.captionCharacters} unit="characters" />
        <Counter count={counts.hashtags} limit={POST_LIMITS.hashtags} unit="hashtags" />
        <Counter count={counts.mentions} limit={POST_LIMITS.mentions} unit="mentions" />
      </Group>
    </div>
  );
}

function Counter({ count, limit, unit }: { count: number; limit: number; unit: string }) {
  const color = count > limit ? 'red' : count > limit * 0.9 ? 'yellow.8' : 'dimmed';
  return (
    <Text size="xs" c={color} className="tabular" fw={count > limit ? 650 : 400}>
      {count.toLocaleString('en')} / {limit.toLocaleString('en')} {unit}
    </Text>
  );
}
