import type { AccountRow, PersonaRow } from './model.ts';
import type { SandboxState } from './state.ts';

/** Instagram-scoped id: the same person has another one for every account. `526` + account (3 digits) + person (10 digits). */
export function toIgsid(account: AccountRow, persona: PersonaRow): string {
  return `526${String(account.number).padStart(3, '0')}${String(persona.number).padStart(10, '0')}`;
}

/** The person behind an id, if it is scoped to this account. */
export function findPersonaByIgsid(state: SandboxState, account: AccountRow, igsid: string): PersonaRow | undefined {
  if (!/^526\d{13}$/.test(igsid) || Number(igsid.slice(3, 6)) !== account.number) return undefined;
  return state.personas.group('number', String(Number(igsid.slice(6))))[0];
}

export function findAccountByUsername(state: SandboxState, username: string): AccountRow | undefined {
  return state.accounts.all().find((account) => account.username === username);
}
