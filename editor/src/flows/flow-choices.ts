/** A flow as far as a list of choices shows it. */
export interface NamedFlow {
  readonly id: string;
  readonly name: string;
}

/**
 * What a flow filter offers: the flows found, and the chosen one even when it is not among them. Without it the field would be empty.
 *
 * @param chosen The flow that the list is narrowed to; its name is null while it loads.
 */
export function flowChoices(
  found: readonly NamedFlow[],
  chosen: { readonly id: string; readonly name: string | null } | null,
): { value: string; label: string }[] {
  const choices = found.map((flow) => ({ value: flow.id, label: flow.name }));
  if (chosen === null || found.some((flow) => flow.id === chosen.id)) return choices;
  return [{ value: chosen.id, label: chosen.name ?? 'One flow' }, ...choices];
}

/** What to ask the server for: nothing while the field only repeats the name of the chosen flow. */
export function searchWords(typed: string, chosenName: string | null): string {
  const words = typed.trim();
  return words === chosenName?.trim() ? '' : words.slice(0, 100);
}
