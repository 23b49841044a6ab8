/** What differs beside nodes, connections and notes: name, settings, inputs, accounts, tests. */
import { isJsonObject, type FlowDocument, type FlowSettings, type JsonObject, type JsonValue } from '@heddle/schemas';
import { diffValues } from './diff-values.ts';
import type { DocumentPart, FieldChange, FlowDifference } from './flow-difference.ts';
import { jsonEqual } from './json-equal.ts';
import { isOneValue, namePlace, quote, sayChange, sayMs } from './value-words.ts';

const PARTS: Readonly<Record<DocumentPart, string>> = {
  name: 'Name of the flow',
  description: 'Description',
  settings: 'Settings',
  inputs: 'Inputs',
  connections: 'Accounts',
  tests: 'Test cases',
  plugins: 'Plugins',
  template: 'Gallery entry',
};

const SETTING_TITLES: Readonly<Record<keyof FlowSettings, string>> = {
  priority: 'Priority',
  contactPolicy: 'When somebody triggers it again while it runs for them',
  maxActiveRuns: 'Runs at a time',
  whenFull: 'When that many are active',
  cooldownMs: 'Pause between two starts for one contact',
};

/** One difference for each part that changed. */
export function diffParts(before: FlowDocument, after: FlowDocument): FlowDifference[] {
  const parts: readonly (readonly [DocumentPart, readonly FieldChange[]])[] = [
    ['name', oneValue(PARTS.name, before.name, after.name)],
    ['description', oneValue(PARTS.description, before.description, after.description)],
    ['settings', settings(before.settings, after.settings)],
    ['inputs', entries(before.inputs, after.inputs)],
    ['connections', entries(before.connections, after.connections)],
    ['tests', tests(before.tests, after.tests)],
    ['plugins', entries(before.plugins, after.plugins)],
    ['template', entries(before.template, after.template)],
  ];
  return parts.flatMap(([part, fields]): FlowDifference[] => {
    if (fields.length === 0) return [];
    const title = PARTS[part];
    const told = fields.map((field) => field.text).join('; ');
    const text = part === 'name' || part === 'description' ? `${told}.` : `${title}: ${told}.`;
    return [{ kind: 'partChanged', part, title, fields, text }];
  });
}

function oneValue(title: string, before: JsonValue | undefined, after: JsonValue | undefined): FieldChange[] {
  if ((before ?? '') === (after ?? '')) return [];
  return [{ title, before, after, text: sayChange(title, { before, after }, []) }];
}

function settings(before: FlowSettings = {}, after: FlowSettings = {}): FieldChange[] {
  // The table names every setting.
  return (Object.keys(SETTING_TITLES) as (keyof FlowSettings)[]).flatMap((name) => {
    const title = SETTING_TITLES[name];
    const [old, now] = [saySetting(name, before), saySetting(name, after)];
    return old === now ? [] : [{ title, before: before[name], after: after[name], text: `${title}: ${old} → ${now}` }];
  });
}

const POLICY_WORDS: Readonly<Record<NonNullable<FlowSettings['contactPolicy']>, string>> = {
  parallel: 'start another run beside it',
  ignore: 'do nothing',
  restart: 'stop the first run and start anew',
  queue: 'start when the first run has ended',
};

/** The value that counts: what is not set has its default. */
function saySetting(name: keyof FlowSettings, of: FlowSettings): string {
  switch (name) {
    case 'priority':
      return String(of.priority ?? 50);
    case 'contactPolicy':
      return POLICY_WORDS[of.contactPolicy ?? 'parallel'];
    case 'maxActiveRuns':
      return of.maxActiveRuns === undefined ? 'no limit' : String(of.maxActiveRuns);
    case 'whenFull':
      return of.whenFull === 'queue' ? 'wait for a place' : 'do nothing';
    case 'cooldownMs':
      return (of.cooldownMs ?? 0) === 0 ? 'none' : sayMs(of.cooldownMs ?? 0);
  }
}

/** Entries by the label that people see, else by their name. */
function entries(before: object = {}, after: object = {}): FieldChange[] {
  // Parts of a document are JSON.
  const [old, now] = [before as JsonObject, after as JsonObject];
  return diffValues(old, now, isOneValue).map((change) => {
    const [name, ...rest] = change.path;
    const entry = now[String(name)] ?? old[String(name)];
    const label = isJsonObject(entry) && typeof entry['label'] === 'string' ? quote(entry['label']) : null;
    const below = { before: child(old, name), after: child(now, name) };
    const title =
      label === null
        ? namePlace(undefined, { before: old, after: now }, change.path).title
        : [label, ...(rest.length === 0 ? [] : [namePlace(undefined, below, rest).title])].join(' › ');
    const isNamed = label !== null && rest.length === 0;
    const text = isNamed
      ? `${change.before === undefined ? 'added' : 'removed'} ${label}`
      : sayChange(title, change, []);
    return { title, before: change.before, after: change.after, text };
  });
}

function child(object: JsonObject, name: string | number | undefined): JsonValue | undefined {
  return Object.hasOwn(object, String(name)) ? object[String(name)] : undefined;
}

/** By name: a case with another name is another case. */
function tests(before: FlowDocument['tests'] = [], after: FlowDocument['tests'] = []): FieldChange[] {
  const [old, now] = [
    new Map(before.map((test) => [test.name, test])),
    new Map(after.map((test) => [test.name, test])),
  ];
  const tell = (name: string, word: string): FieldChange => ({
    title: name,
    before: old.has(name) ? name : undefined,
    after: now.has(name) ? name : undefined,
    text: `${word} ${quote(name)}`,
  });
  return [
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => tell(name, 'removed')),
    ...[...now].flatMap(([name, test]) => {
      if (!old.has(name)) return [tell(name, 'added')];
      return jsonEqual(old.get(name), test) ? [] : [tell(name, 'changed')];
    }),
  ];
}
