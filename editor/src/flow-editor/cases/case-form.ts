/** A test case as a form shows it, and back. What the form does not know is kept. No React. */
import {
  isJsonObject,
  type FlowTest,
  type FlowTestEvent,
  type FlowTestExpectation,
  type JsonObject,
  type JsonValue,
} from '@heddle/schemas';
import { EVENT_KINDS, type EventKind } from './event-kinds.ts';

const UNIT_MS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000 } as const;
type Unit = keyof typeof UNIT_MS;

/** The value of the form for a case. The name is edited beside the form. */
export function toCaseForm(test: FlowTest): JsonObject {
  const { contact, inputs, aiAnswers, reads, events } = test.given;
  return {
    events: events.map(toEventForm),
    expect: test.expect.map(toExpectationForm),
    contact: contact ?? {},
    inputs: inputs ?? {},
    ...(aiAnswers === undefined ? {} : { aiAnswers }),
    ...(reads === undefined ? {} : { reads }),
  };
}

/** The case that a form describes; name and seed are taken over from `test`. */
export function fromCaseForm(form: JsonObject, test: FlowTest): FlowTest {
  const {
    contact: _contact,
    inputs: _inputs,
    aiAnswers: _answers,
    reads: _reads,
    events: _events,
    ...kept
  } = test.given;
  const part = (name: string): JsonObject => {
    const value = form[name];
    return isJsonObject(value) && Object.keys(value).length > 0 ? { [name]: value } : {};
  };
  const answers =
    Array.isArray(form['aiAnswers']) && form['aiAnswers'].length > 0 ? { aiAnswers: form['aiAnswers'] } : {};
  const given = {
    ...kept,
    ...part('contact'),
    ...part('inputs'),
    ...answers,
    ...part('reads'),
    events: listOf(form['events']).map(fromEventForm),
  };
  // Every part has the shape that the schema of the form gives it.
  return { ...test, given, expect: listOf(form['expect']).map(fromExpectationForm) } as FlowTest;
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function toEventForm({ kind, afterMs, data = {} }: FlowTestEvent): JsonObject {
  const known = EVENT_KINDS.find((candidate) => candidate.kind === kind);
  const when = afterMs === undefined ? { when: 'rest' } : { when: 'after', wait: toDuration(afterMs) };
  if (known === undefined) return { kind: 'other', eventKind: kind, ...when, more: data };
  const [own, more] = split(data, known);
  return { kind, ...when, ...own, ...(Object.keys(more).length === 0 ? {} : { more }) };
}

function fromEventForm(form: JsonObject): FlowTestEvent {
  const { kind, when, wait, more, eventKind, ...own } = form;
  const data = { ...(isJsonObject(more) ? more : {}), ...own };
  const waits = when === 'after' || kind === 'time';
  return {
    kind: kind === 'other' ? String(eventKind ?? '') : String(kind),
    ...(waits ? { afterMs: toMs(wait) } : {}),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}

/** Data that has a field of its own, and the rest. A value that its field could not hold is part of the rest. */
function split(data: JsonObject, kind: EventKind): [own: JsonObject, more: JsonObject] {
  const has = (name: string, value: JsonValue) => kind.fields.some((field) => field.name === name && field.fits(value));
  const entries = Object.entries(data);
  return [
    Object.fromEntries(entries.filter(([name, value]) => has(name, value))),
    Object.fromEntries(entries.filter(([name, value]) => !has(name, value))),
  ];
}

function toExpectationForm(expectation: FlowTestExpectation): JsonObject {
  if ('sent' in expectation) return { what: 'sent', ...expectation.sent };
  if ('port' in expectation) return { what: 'port', port: expectation.port };
  if ('tag' in expectation) return { what: 'tag', tag: expectation.tag };
  if ('field' in expectation) return { what: 'field', field: expectation.field, value: toText(expectation.value) };
  if ('record' in expectation) return { what: 'record', ...expectation.record };
  if ('runs' in expectation) return { what: 'runs', runs: expectation.runs };
  return { what: 'status', status: expectation.status };
}

function fromExpectationForm({ what, ...rest }: JsonObject): FlowTestExpectation {
  const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '' && value !== undefined));
  switch (what) {
    case 'sent':
      return { sent: filled };
    case 'port':
      return { port: String(rest['port'] ?? '') };
    case 'tag':
      return { tag: String(rest['tag'] ?? '') };
    case 'field':
      return { field: String(rest['field'] ?? ''), value: fromText(String(rest['value'] ?? '')) };
    case 'record':
      return {
        record: {
          collection: String(rest['collection'] ?? ''),
          has: isJsonObject(rest['has']) ? rest['has'] : {},
        },
      };
    case 'runs':
      return { runs: typeof rest['runs'] === 'number' ? Math.max(0, Math.round(rest['runs'])) : 1 };
    default: {
      const { status } = rest;
      const isKnown = status === 'waiting' || status === 'failed' || status === 'cancelled';
      return { status: isKnown ? status : 'succeeded' };
    }
  }
}

/** A value as a person types it: text as it is, unless it would be read as something else. */
function toText(value: JsonValue): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return isText(value) ? value : JSON.stringify(value);
}

function fromText(text: string): JsonValue {
  // What is no JSON is text.
  return isText(text) ? text : (JSON.parse(text) as JsonValue);
}

function isText(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** Milliseconds in the largest unit that divides them. */
function toDuration(ms: number): { amount: number; unit: Unit } {
  // The keys of the table.
  const units = Object.keys(UNIT_MS) as Unit[];
  const unit = units.find((candidate) => ms >= UNIT_MS[candidate] && ms % UNIT_MS[candidate] === 0) ?? 'seconds';
  return { amount: ms / UNIT_MS[unit], unit };
}

function toMs(duration: JsonValue | undefined): number {
  if (!isJsonObject(duration)) return 0;
  const { amount, unit } = duration;
  const size = typeof unit === 'string' && Object.hasOwn(UNIT_MS, unit) ? UNIT_MS[unit as Unit] : 1000;
  return typeof amount === 'number' ? Math.max(0, Math.round(amount * size)) : 0;
}
