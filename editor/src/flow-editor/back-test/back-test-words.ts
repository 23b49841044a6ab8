import type { BackTestItem, BackTestSend, BackTestVerdict } from '@heddle/schemas/api';

/** Verdicts in the order of a person's interest, with words and colour. */
export const VERDICTS: readonly {
  readonly verdict: BackTestVerdict;
  readonly label: string;
  readonly color: string;
}[] = [
  { verdict: 'different', label: 'Other answer', color: 'yellow' },
  { verdict: 'newlyFires', label: 'Fires now', color: 'green' },
  { verdict: 'noLongerFires', label: 'Fires no more', color: 'red' },
  { verdict: 'same', label: 'Same', color: 'gray' },
];

/** One line for each thing that one side did with an event; never empty. */
export function outcomeLines(fired: boolean, sends: readonly BackTestSend[]): string[] {
  const visible = sends.filter(({ kind }) => kind !== 'typing' && kind !== 'markSeen');
  if (!fired) return ['Nothing'];
  if (visible.length === 0) return ['Ran and sent nothing'];
  return visible.map(({ text, outcome, reason }) => {
    if (outcome === 'sent') return text;
    return `Not sent: ${text}${reason === null ? '' : ` (${reason})`}`;
  });
}

/** What else is worth knowing about what the draft did: why it stayed silent, failed or guessed. */
export function draftNotes({ verdict, draft }: BackTestItem): string[] {
  return [
    ...(draft.reason !== null && verdict === 'noLongerFires' ? [draft.reason] : []),
    ...(draft.error === null ? [] : [`The run failed: ${draft.error}`]),
    ...draft.guesses,
  ];
}
