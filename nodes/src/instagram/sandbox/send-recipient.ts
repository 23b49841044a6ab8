/** May this account write to this person now? The order of the checks is the platform's as far as it is known. */
import type { GraphCall } from './graph-call.ts';
import { GraphError, invalidParameter, windowError } from './graph-error.ts';
import type { AccountRow, PersonaRow } from './model.ts';
import { findPersonaByIgsid } from './people.ts';
import { isWindowOpen, toThreadKey } from './threads.ts';

/** @throws GraphError 100/2534014 for an id that is nobody's for this account. */
export function getRecipient(call: GraphCall, igsid: string): PersonaRow {
  const persona = findPersonaByIgsid(call.core.state, call.account, igsid);
  if (!persona) throw invalidParameter('No matching user found', 2534014);
  return persona;
}

/** @throws GraphError for every refusal of platforms.md A.3 and F.2. */
export function checkRecipient(call: GraphCall, igsid: string, isHumanAgent: boolean): void {
  const { core, account } = call;
  const persona = getRecipient(call, igsid);
  checkCanReach(call.core.state.accounts.find(account.id) ?? account, persona);
  if (isHumanAgent && !core.settings().variants.hasHumanAgentFeature)
    throw new GraphError(10, '(#10) Application does not have the Human Agent feature.');
  const thread = core.state.threads.find(toThreadKey(account, persona));
  if (thread?.isOwnedByOtherApp === true)
    throw new GraphError(100, '(#100) The app is not the owner of the thread.', { subcode: 2534037 });
  if (!isWindowOpen(thread, core.nowMs(), isHumanAgent)) throw windowError();
}

/** What holds for private replies too. @throws GraphError 200/2534041, 10/1893063, 100/2534029, 551/1545041, 10/2018108. */
export function checkCanReach(account: AccountRow, persona: PersonaRow): void {
  if (!account.allowsMessageAccess)
    throw new GraphError(200, '(#200) The account owner has disabled access to Instagram direct messages.', {
      subcode: 2534041,
    });
  if (account.isRestricted)
    throw new GraphError(10, '(#10) This account is restricted from sending messages.', { subcode: 1893063 });
  switch (persona.reach) {
    case 'ok':
      return;
    case 'blocked':
      throw invalidParameter('The business account is blocked by the user.', 2534029);
    case 'unavailable':
      throw new GraphError(551, "(#551) This person isn't available right now.", { subcode: 1545041 });
    case 'cannot-receive':
      throw new GraphError(10, '(#10) This person cannot receive messages right now.', { subcode: 2018108 });
  }
}
