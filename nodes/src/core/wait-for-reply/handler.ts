import { defineHandler, done, suspend, type ContactService, type NodeDone } from '@heddle/engine';
import { FlowError, isJsonObject, type JsonObject, type JsonValue, type OutgoingMessage } from '@heddle/schemas';
import type { Static } from 'typebox';
import { toMs } from '../../form-fields.ts';
import { requireContact } from '../../send-outcome.ts';
import { waitForReply } from './definition.ts';
import { parseAnswer, readReply, type Answer } from './parse-answer.ts';

type Config = Static<(typeof waitForReply)['config']>;

/** What a quick reply shows of a label. */
const QUICK_REPLY_TITLE_CHARACTERS = 20;

/**
 * Runs once per answer. First: send the question under key "ask-1", park. Then: check the answer, and either finish, or send the
 * second question under "ask-2", "ask-3" … and park again. The keys make a repeated run after a crash send nothing twice.
 */
export const waitForReplyHandler = defineHandler(waitForReply, {
  run: async (context) => {
    const { config, nowMs, resumed } = context;
    const tries = readTries(context.memo);

    const ask = async (text: string | undefined, number: number): Promise<void> => {
      if (text === undefined || text.trim() === '') return;
      const to = requireContact(context.contact).platformId;
      await context.send({
        key: `ask-${number}`,
        connection: config.connection,
        action: { kind: 'message', to, message: toQuestion(text, config) },
      });
    };
    // Tapped answers come whole; only written ones may come in pieces.
    const mergeMs =
      config.kind === 'choice' && (config.choices ?? []).length > 0 ? 0 : Math.round(config.mergeSeconds * 1000);
    const park = (count: number) =>
      suspend({ kind: 'reply', dueAtMs: nowMs + toMs(config.timeout), mergeMs }, { tries: count, askedAtMs: nowMs });

    if (resumed === undefined) {
      requireContact(context.contact);
      await ask(config.question, 1);
      return park(0);
    }
    if (resumed.kind !== 'replied')
      return done('timeout', { waitedMs: Math.max(0, nowMs - readAskedAt(context.memo, nowMs)) });

    const reply = readReply(resumed.reply);
    const answer = parseAnswer(reply, {
      kind: config.kind,
      choices: config.choices ?? [],
      isDayFirst: config.dateOrder !== 'monthFirst',
      countryCode: config.countryCode ?? '',
      nowMs,
    });
    const count = tries + 1;
    if (answer !== undefined) return finish(config, answer, reply.text, count, context.contacts);
    if (count >= config.maxTries) return done('invalid', { text: reply.text, tries: count });
    await ask(config.reask, count + 1);
    return park(count);
  },
});

async function finish(
  config: Config,
  answer: Answer,
  text: string,
  tries: number,
  contacts: ContactService,
): Promise<NodeDone> {
  const output = {
    value: answer.value,
    text: text === '' && typeof answer.value === 'string' ? answer.value : text,
    choice: answer.choice ?? null,
    tries,
  };
  const port = answer.choice ?? 'answered';
  const name = config.saveName ?? '';
  if (config.saveTo === 'nothing') return done(port, output);
  if (name === '')
    throw new FlowError(
      'NODE_CONFIG_INVALID',
      'The answer is to be kept, but the name of the field or variable is empty.',
    );
  if (config.saveTo === 'variable') return done(port, output, { [name]: answer.value });
  await contacts.setField(name, answer.value);
  return done(port, output);
}

function toQuestion(text: string, config: Config): OutgoingMessage {
  if (config.kind !== 'choice' || config.choices === undefined || config.choices.length === 0)
    return { kind: 'text', text };
  const quickReplies = config.choices.map((choice) => ({
    title: [...choice.label].slice(0, QUICK_REPLY_TITLE_CHARACTERS).join(''),
    payload: choice.id,
  }));
  return { kind: 'text', text, quickReplies };
}

function readTries(memo: JsonValue | undefined): number {
  const tries = asObject(memo)['tries'];
  return typeof tries === 'number' ? tries : 0;
}

function readAskedAt(memo: JsonValue | undefined, otherwise: number): number {
  const askedAtMs = asObject(memo)['askedAtMs'];
  return typeof askedAtMs === 'number' ? askedAtMs : otherwise;
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
