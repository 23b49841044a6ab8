import { templates as shipped } from '@heddle/examples';
import { FlowError, type FlowTest, type JsonValue } from '@heddle/schemas';
import type { Fakes } from '@heddle/engine/test-kit';
import type { Recorded } from './build.ts';

/** The shipped templates, with what happens in their own tests. */
export const templates: readonly Recorded[] = shipped.map(({ id, document }) => ({
  name: `template-${id}`,
  document,
  stories: (document.tests ?? []).map(({ name, given }) => ({ what: name, given: toOptions(given) })),
}));

function toOptions({ aiAnswers, reads, ...given }: FlowTest['given']): Recorded['stories'][number]['given'] {
  return {
    ...given,
    fakes: {
      ...(aiAnswers === undefined ? {} : { aiAnswers }),
      ...(reads === undefined ? {} : { read: answersInOrder(reads) }),
    },
  };
}

/** Each kind of data has its own row of answers; the last one stays. */
function answersInOrder(reads: Readonly<Record<string, readonly JsonValue[]>>): NonNullable<Fakes['read']> {
  const asked = new Map<string, number>();
  return (_connection, what) => {
    const answers = reads[what] ?? [];
    const count = asked.get(what) ?? 0;
    asked.set(what, count + 1);
    const answer = answers[Math.min(count, answers.length - 1)];
    if (answer === undefined) throw new FlowError('CONNECTION_NOT_READY', `No answer for reading "${what}".`);
    return answer;
  };
}
