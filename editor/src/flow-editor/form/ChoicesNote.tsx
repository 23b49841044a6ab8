import { Loader, Text } from '@mantine/core';
import { toProblem } from '../../api/api-problem.ts';
import type { FieldChoices } from './options-query.ts';

/** Says below a field that its choices are on their way, or why there are none. */
export function ChoicesNote({ choices }: { readonly choices: FieldChoices }) {
  if (choices.error !== null)
    return (
      <Text size="xs" c="dimmed" mt={4} role="status">
        The choices could not be loaded: {toProblem(choices.error).detail}
      </Text>
    );
  if (!choices.isLoading) return null;
  return <Loader size="xs" type="dots" mt={4} aria-label="Loading the choices" />;
}
