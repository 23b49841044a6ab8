/** Many comments or messages in one transaction, for benches and chaos tests. */
import { addComment } from './comment-rows.ts';
import { ControlError, found, needText } from './control-error.ts';
import type { SandboxCore } from './core.ts';
import type { BulkResult } from './customer-api.ts';
import { findNumber, findText, isObject } from './json.ts';
import type { JsonObject } from './json.ts';
import type { PersonaRow } from './model.ts';
import { findPersonaByIgsid, toIgsid } from './people.ts';
import { toPersonaRow } from './seed.ts';
import { addPersonaMessage } from './threads.ts';
import { messageBody, messagingEntry } from './webhook-bodies.ts';

const BULK_LIMIT = 20_000;

/** @throws ControlError 400 or 404. */
export async function addBulkComments(core: SandboxCore, body: JsonObject): Promise<BulkResult> {
  const account = found(core.state.accounts.find(needText(body, 'accountId')), 'The account');
  const media = found(core.state.media.find(needText(body, 'mediaId')), 'The post');
  const count = wholeNumber(body, 'count', 1);
  const authors = body['authors'] === undefined ? count : wholeNumber(body, 'authors', 1);
  const prefix = findText(body, 'authorPrefix') ?? 'bulk';
  const texts: unknown = body['texts'];
  if (!Array.isArray(texts) || texts.length === 0 || !texts.every((text) => typeof text === 'string'))
    throw new ControlError(400, '"texts" must be a list of at least one text.');
  const items = await core.state.transact((tx) => {
    const added: { id: string; igsid: string }[] = [];
    const people = syntheticPeople(core, prefix, Math.min(authors, count));
    for (let number = 1; number <= count; number += 1) {
      const author = people[(number - 1) % people.length];
      if (!author) break;
      const text = String(texts[(number - 1) % texts.length]).replaceAll('{n}', String(number));
      added.push({
        id: addComment(core, tx, { account, media, author, text, parent: null }, true).id,
        igsid: toIgsid(account, author),
      });
    }
    tx.after(() => core.live.publish({ kind: 'bulk', accountId: account.id, mediaId: media.id, count: added.length }));
    return added;
  });
  return { count: items.length, items };
}

/** @throws ControlError 400 or 404; nothing is stored then. */
export async function addBulkMessages(core: SandboxCore, body: JsonObject): Promise<BulkResult> {
  const account = found(core.state.accounts.find(needText(body, 'accountId')), 'The account');
  const messages: unknown = body['messages'];
  if (!Array.isArray(messages) || messages.length > BULK_LIMIT)
    throw new ControlError(400, `"messages" must be a list of at most ${BULK_LIMIT}.`);
  const items = await core.state.transact((tx) =>
    messages.map((item: unknown) => {
      if (!isObject(item)) throw new ControlError(400, 'A message must be an object.');
      const igsid = needText(item, 'igsid');
      const persona = found(findPersonaByIgsid(core.state, account, igsid), `The person ${igsid}`);
      const message = addPersonaMessage(core, tx, {
        account,
        persona,
        content: { kind: 'text', text: needText(item, 'text') },
      });
      core.webhooks.plan(tx, {
        accountId: account.id,
        field: 'messages',
        lane: `thread:${message.threadKey}`,
        entry: messagingEntry(core, account, persona, 'persona', { message: messageBody(core, message) }),
      });
      return { id: message.mid, igsid };
    }),
  );
  return { count: items.length, items };
}

/** People named `{prefix}_1`, `{prefix}_2` ...; those who exist already are used again. */
function syntheticPeople(core: SandboxCore, prefix: string, count: number): PersonaRow[] {
  let number = core.state.personas.size;
  return Array.from({ length: count }, (_, index) => {
    const username = `${prefix}_${index + 1}`;
    const known = core.state.personas.group('username', username)[0];
    if (known) return known;
    number += 1;
    const made = toPersonaRow({ id: username, number, name: `Person ${index + 1}`, username, isSynthetic: true });
    core.state.personas.put(made.id, made);
    return made;
  });
}

function wholeNumber(body: JsonObject, key: string, least: number): number {
  const value = findNumber(body, key);
  if (value === undefined || !Number.isInteger(value) || value < least || value > BULK_LIMIT)
    throw new ControlError(400, `"${key}" must be a whole number from ${least} to ${BULK_LIMIT}.`);
  return value;
}
