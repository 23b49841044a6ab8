import type { EventState } from '@heddle/schemas';

/**
 * What an empty list of events says.
 *
 * @param isOfKind Whether one kind of event is looked for.
 * @param hiddenCount Events that are there but not shown, because they only confirm what we did.
 */
export function emptyWords(
  { state, isOfKind }: { readonly state: EventState | undefined; readonly isOfKind: boolean },
  hiddenCount: number,
): { title: string; text: string } {
  if (hiddenCount > 0)
    return {
      title: 'Only our own messages and read receipts',
      text: 'They are left out because they only confirm what was done. Switch them on above to see them.',
    };
  if (isOfKind) return { title: 'No event fits', text: 'Choose another kind or state to see what came in.' };
  if (state === undefined)
    return {
      title: 'Nothing has come in yet',
      text: 'Comments and messages to your connected accounts appear here the moment they happen, whether or not a flow takes them.',
    };
  return state === 'failed'
    ? { title: 'No event has failed', text: 'Whatever goes wrong while an event is handled will be explained here.' }
    : { title: 'No event in this state', text: 'Choose another state to see what came in.' };
}
