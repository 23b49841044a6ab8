import { Button, Code, Group, List, Modal, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconX } from '@tabler/icons-react';
import type { Issue } from '@heddle/schemas';
import type { ApiProblem } from '../api/api-problem.ts';

/** Why a file could not be imported: each place in it that is wrong, and what to do. */
export function ImportProblems({
  problem,
  fileName,
  onClose,
  onRetry,
}: {
  problem: ApiProblem | null;
  fileName: string;
  onClose: () => void;
  onRetry: () => void;
}) {
  return (
    <Modal
      opened={problem !== null}
      onClose={onClose}
      title={<Text fw={650}>“{fileName}” was not imported</Text>}
      size="lg"
      data-testid="import-problems"
    >
      {problem !== null && (
        <Stack>
          <Text size="sm">
            {problem.issues.length === 0
              ? `${problem.detail} ${problem.remedy}`
              : `The file has ${problem.issues.length === 1 ? 'one problem' : `${problem.issues.length} problems`}. Mend it in the file, or export the flow again.`}
          </Text>
          {problem.issues.length > 0 && (
            <List
              spacing="sm"
              size="sm"
              center={false}
              icon={
                <ThemeIcon size={20} radius="xl" variant="light" color="red">
                  <IconX size={12} />
                </ThemeIcon>
              }
            >
              {problem.issues.map((issue, index) => (
                <List.Item
                  key={index}
                  icon={
                    issue.severity === 'warning' ? (
                      <ThemeIcon size={20} radius="xl" variant="light" color="yellow">
                        <IconAlertTriangle size={12} />
                      </ThemeIcon>
                    ) : undefined
                  }
                >
                  {issuePlace(issue) !== null && (
                    <>
                      <Code>{issuePlace(issue)}</Code>{' '}
                    </>
                  )}
                  {issue.message}
                </List.Item>
              ))}
            </List>
          )}
          <Text size="sm" c="dimmed">
            Nothing was changed.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button
              onClick={() => {
                onClose();
                onRetry();
              }}
            >
              Choose another file
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

/** What a problem is about, before its words: these begin in the middle of a sentence ("takes at most …"). */
function issuePlace(issue: Issue): string | null {
  return issue.node ?? (issue.path === undefined || issue.path === '' ? null : issue.path.replace(/^\//, ''));
}
