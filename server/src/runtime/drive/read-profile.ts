import type { Program } from '@heddle/engine';
import { isJsonObject, type JsonObject } from '@heddle/schemas';
import type { Turn } from '../turn/turn.ts';

/** Facts of a profile are read again after this time. */
const PROFILE_TTL_MS = 7 * 24 * 3_600_000;

/** Facts that only the platform knows. */
const PROFILE_FACTS = /contact\s*\.\s*(?:name|firstName|username|language|timeZone|isFollower|isVerified)/;
const usesProfile = new WeakMap<Program, boolean>();

/**
 * Reads the profile of the contact when the flow uses it, the person has written to us (only then may it be read), and what we know is
 * missing or a week old. Best effort: a profile that cannot be read costs a name in a greeting, not the run.
 */
export async function readProfileIfNeeded(turn: Turn, program: Program): Promise<void> {
  const { contact, deps, claim, journal } = turn;
  if (contact === null || contact.lastInboundAtMs === null) return;
  const nowMs = deps.clock.nowMs();
  if (contact.profileReadAtMs !== null && nowMs - contact.profileReadAtMs < PROFILE_TTL_MS) return;
  let isUsed = usesProfile.get(program);
  if (isUsed === undefined) {
    isUsed = PROFILE_FACTS.test(JSON.stringify(program.document.nodes));
    usesProfile.set(program, isUsed);
  }
  if (!isUsed) return;
  contact.profileReadAtMs = nowMs;
  journal.pending.contact = contact;
  await journal.flush();
  try {
    const { account, platform } = await deps.connections.openAccount(claim.workspaceId, contact.connectionId);
    const profile = await platform.read('profile', { platformId: contact.platformId }, account);
    if (!isJsonObject(profile)) return;
    contact.profile = { ...contact.profile, ...knownFacts(profile) };
    if (typeof profile['name'] === 'string' && profile['name'] !== '') contact.name = profile['name'];
    if (typeof profile['username'] === 'string' && profile['username'] !== '') contact.username = profile['username'];
    journal.pending.contact = contact;
  } catch (error) {
    turn.log.warn({ error, contactId: contact.id }, 'The profile of a contact could not be read');
  }
}

function knownFacts(profile: JsonObject): JsonObject {
  const facts: JsonObject = {};
  for (const name of ['firstName', 'language', 'timeZone', 'isFollower', 'isVerified']) {
    const value = profile[name];
    if (value !== undefined && value !== null) facts[name] = value;
  }
  return facts;
}
