/** The services of a handler, in memory: sends are captured, the contact is an object, the model says what it was given to say. */
import { FlowError, type ContactFacts, type JsonObject, type JsonValue, type SendReceipt } from '@heddle/schemas';
import type { HandlerServices } from '../drive/index.ts';
import type { AiRequest, HttpService, SendRequest } from '../plugin/index.ts';
import { textOfAction, type SentAction } from './sent.ts';

/** What stands in for the outside. */
export interface Fakes {
  /** Called before a send is captured; a FlowError thrown here is what the platform answered. */
  readonly onSend?: (request: SendRequest) => SendReceipt | undefined;
  /** Answers of the model, in order. Left out: no provider is configured. */
  readonly aiAnswers?: readonly string[];
  readonly http?: HttpService['request'];
  readonly read?: (connection: string, what: string, args: JsonObject) => JsonValue;
}

/** What happened to the outside. Grows while the handlers run. */
export interface World {
  contact: ContactFacts | null;
  readonly sent: SentAction[];
  readonly notes: string[];
  readonly aiRequests: AiRequest[];
  readonly messages: { role: 'user' | 'assistant'; text: string }[];
  /** Records by collection and key. */
  readonly records: Map<string, Map<string, JsonObject>>;
}

/** Which node run the services are for. */
export interface ServiceUser {
  readonly runId: string;
  readonly node: string;
  readonly visit: number;
  readonly nowMs: () => number;
}

export function createWorld(contact: ContactFacts | null): World {
  return { contact, sent: [], notes: [], aiRequests: [], messages: [], records: new Map() };
}

/** Services for one node run. A send with a key that was sent already gives the same receipt and sends nothing, as in production. */
export function fakeServices(world: World, fakes: Fakes, user: ServiceUser): HandlerServices {
  return {
    send: (request) => attempt(() => capture(world, fakes, user, request)),
    read: (connection, what, args) =>
      attempt(() => {
        if (fakes.read === undefined)
          throw new FlowError('CONNECTION_NOT_READY', `There is nothing to read "${what}" from: this runs in memory.`);
        return fakes.read(connection, what, args);
      }),
    contacts: {
      addTag: (tag) =>
        attempt(() =>
          changeContact(world, (contact) =>
            contact.tags.includes(tag) ? contact : { ...contact, tags: [...contact.tags, tag] },
          ),
        ),
      removeTag: (tag) =>
        attempt(() =>
          changeContact(world, (contact) => ({ ...contact, tags: contact.tags.filter((other) => other !== tag) })),
        ),
      setField: (name, value) =>
        attempt(() =>
          changeContact(world, (contact) => ({ ...contact, fields: { ...contact.fields, [name]: value } })),
        ),
    },
    ai: {
      answer: (request) =>
        attempt(() => {
          const { aiAnswers } = fakes;
          if (aiAnswers === undefined) throw new FlowError('AI_NOT_CONFIGURED', 'No AI provider is set up.');
          const text = aiAnswers[world.aiRequests.length];
          world.aiRequests.push(request);
          if (text === undefined)
            throw new FlowError(
              'AI_FAILED',
              `Only ${aiAnswers.length} answers were given; the model was asked once more.`,
            );
          return { text, model: 'in-memory', inputTokens: 0, outputTokens: 0 };
        }),
      history: (limit) => attempt(() => world.messages.slice(-limit)),
    },
    http: {
      request:
        fakes.http ??
        ((request) =>
          Promise.reject(new FlowError('HTTP_FAILED', `${request.url} cannot be reached: this runs in memory.`))),
    },
    records: fakeRecords(world),
    notifyMembers: (text) => attempt(() => void world.notes.push(text)),
  };
}

/** Keeps what it is given, whatever the collection. */
function fakeRecords(world: World): HandlerServices['records'] {
  const collectionOf = (name: string): Map<string, JsonObject> => {
    const known = world.records.get(name) ?? new Map<string, JsonObject>();
    world.records.set(name, known);
    return known;
  };
  return {
    get: (collection, key) => attempt(() => collectionOf(collection).get(key) ?? null),
    create: (collection, key, record) =>
      attempt(() => {
        const known = collectionOf(collection).get(key);
        if (known !== undefined) return { record: known, isNew: false };
        collectionOf(collection).set(key, record);
        return { record, isNew: true };
      }),
    put: (collection, key, record) =>
      attempt(() => {
        collectionOf(collection).set(key, record);
        return record;
      }),
  };
}

function capture(world: World, fakes: Fakes, user: ServiceUser, request: SendRequest): SendReceipt {
  const { runId, node, visit } = user;
  const index = world.sent.findIndex(
    (sent) => sent.runId === runId && sent.node === node && sent.visit === visit && sent.key === request.key,
  );
  if (index !== -1) return { platformId: `sent-${index + 1}` };
  const receipt = fakes.onSend?.(request);
  const { key, connection, action } = request;
  world.sent.push({
    runId,
    node,
    visit,
    key,
    ...(connection === undefined ? {} : { connection }),
    action,
    atMs: user.nowMs(),
  });
  const text = textOfAction(action);
  if (text !== '' && action.kind !== 'http') world.messages.push({ role: 'assistant', text });
  return receipt ?? { platformId: `sent-${world.sent.length}` };
}

function changeContact(world: World, change: (contact: ContactFacts) => ContactFacts): void {
  if (world.contact === null)
    throw new FlowError('SEND_REFUSED', 'This run is about nobody, so there is no contact to change.');
  world.contact = change(world.contact);
}

/** A service never throws at once; it gives a promise that fails. */
async function attempt<T>(work: () => T): Promise<T> {
  return work();
}
