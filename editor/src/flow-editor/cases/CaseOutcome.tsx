import { Button, Group, Stack, Text } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { isJsonObject, type JsonObject } from '@heddle/schemas';
import { titleOfNode } from '../model/graph.ts';
import { useEditor } from '../store/editor-context.ts';
import type { CaseResult } from './run-cases.ts';

/** What was not as expected, and what would have been sent. */
export function CaseOutcome({ result, onShow }: { readonly result: CaseResult; onShow(result: CaseResult): void }) {
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const nameOf = (id: string): string => {
    const node = document.nodes[id];
    return node === undefined ? id : titleOfNode(node, catalog);
  };
  return (
    <Stack gap={6} pl={26}>
      {result.problems.map((problem) => (
        <Text key={problem} size="xs" c="red" className="fe-test-problem">
          {problem}
        </Text>
      ))}
      {result.sent.map(({ node, action }, index) => (
        <div key={index} className="fe-test-sent">
          <Text size="xs" c="dimmed" truncate>
            {nameOf(node)}
          </Text>
          <Text size="xs" lineClamp={3}>
            {describeSent(action)}
          </Text>
        </div>
      ))}
      {result.ports.length > 0 && (
        <Group>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconRoute size={13} />}
            onClick={() => onShow(result)}
          >
            Show its path
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** One line for what would have been sent. */
export function describeSent(action: JsonObject): string {
  return findText(action) ?? (typeof action['kind'] === 'string' ? action['kind'] : 'sent');
}

function findText(value: JsonObject): string | undefined {
  for (const [name, part] of Object.entries(value)) {
    if ((name === 'text' || name === 'title') && typeof part === 'string') return part;
    const parts = Array.isArray(part) ? part : [part];
    for (const item of parts) {
      const below = isJsonObject(item) ? findText(item) : undefined;
      if (below !== undefined) return below;
    }
  }
  return undefined;
}
