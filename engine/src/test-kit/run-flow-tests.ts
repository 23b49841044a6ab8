import {
  FlowDocumentSchema,
  FlowError,
  parseEdgeSource,
  toErrorRecord,
  validatorOf,
  type FlowDocument,
  type FlowTest,
  type FlowTestExpectation,
  type JsonObject,
  type JsonValue,
  type RunStatus,
} from '@heddle/schemas';
import { portsOf, type HandlerRegistry } from '../plugin/index.ts';
import type { Fakes } from './fake-services.ts';
import { runFlow, type FlowReport, type RunFlowOptions } from './run-flow.ts';
import { textOfAction, type SentAction } from './sent.ts';

/** How one test of a flow went. */
export interface FlowTestResult {
  readonly name: string;
  readonly passed: boolean;
  /** What was not as expected, in words; empty when it passed. */
  readonly failures: readonly string[];
  /** Null when the flow could not run at all. */
  readonly report: FlowReport | null;
}

/** Runs the tests stored in a flow document. Never throws: a flow that cannot run fails its tests with the reason. */
export async function runFlowTests(document: unknown, registry: HandlerRegistry): Promise<FlowTestResult[]> {
  const validator = validatorOf(FlowDocumentSchema);
  if (!validator.check(document))
    return [
      {
        name: 'Flow',
        passed: false,
        failures: validator.issues(document).map((issue) => `${issue.path ?? ''} ${issue.message}`),
        report: null,
      },
    ];
  const results: FlowTestResult[] = [];
  for (const test of document.tests ?? []) results.push(await runFlowTest(document, registry, test));
  return results;
}

/** Runs one test. Never throws. */
export async function runFlowTest(
  document: unknown,
  registry: HandlerRegistry,
  test: FlowTest,
  options: Pick<RunFlowOptions, 'beforeNode'> = {},
): Promise<FlowTestResult> {
  const { contact, inputs, seed, aiAnswers, reads, events } = test.given;
  try {
    const report = await runFlow(document, registry, {
      ...options,
      events,
      ...(contact === undefined ? {} : { contact }),
      ...(inputs === undefined ? {} : { inputs }),
      ...(seed === undefined ? {} : { seed }),
      fakes: {
        ...(aiAnswers === undefined ? {} : { aiAnswers }),
        ...(reads === undefined ? {} : { read: answersInOrder(reads) }),
      },
    });
    const names = namesIn(document, registry);
    const failures = [
      ...checkSent(test.expect, report, names),
      ...test.expect.flatMap((expectation) => checkOne(expectation, report, names) ?? []),
    ];
    return { name: test.name, passed: failures.length === 0, failures, report };
  } catch (error) {
    return {
      name: test.name,
      passed: false,
      failures: [`The flow could not run: ${toErrorRecord(error).message}`],
      report: null,
    };
  }
}

/** Each kind of data has its own row of answers. */
function answersInOrder(reads: Readonly<Record<string, readonly JsonValue[]>>): NonNullable<Fakes['read']> {
  const asked = new Map<string, number>();
  return (_connection, what) => {
    const answers = Object.hasOwn(reads, what) ? (reads[what] ?? []) : [];
    const count = asked.get(what) ?? 0;
    asked.set(what, count + 1);
    const answer = answers[Math.min(count, answers.length - 1)];
    if (answer === undefined)
      throw new FlowError('CONNECTION_NOT_READY', `The test gives no answer for reading "${what}".`);
    return answer;
  };
}

/** What people call the nodes and exits of a flow. */
interface Names {
  node(id: string): string;
  /** @param port `node.port`. */
  port(port: string): string;
}

/** Exits that a node has besides its own. */
const IMPLIED_PORTS: Readonly<Record<string, string>> = { error: 'If it fails', timeout: 'No answer in time' };

function namesIn(document: unknown, registry: HandlerRegistry): Names {
  // The flow has run, so it is one.
  const { nodes } = document as FlowDocument;
  const node = (id: string): string => {
    const found = Object.hasOwn(nodes, id) ? nodes[id] : undefined;
    return found === undefined ? id : found.label || (registry.find(found.type)?.title ?? found.type);
  };
  return {
    node: (id) => `“${node(id)}”`,
    port: (name) => {
      const { node: id, port } = parseEdgeSource(name);
      const definition = registry.find(nodes[id]?.type ?? '');
      const config = nodes[id]?.config ?? {};
      const title = definition === undefined ? undefined : portsOf(definition, config)[port]?.title;
      return `“${title ?? IMPLIED_PORTS[port] ?? port}” of “${node(id)}”`;
    },
  };
}

/** All `sent` entries together must be all that was sent, in order. Signs of typing and of reading are not messages. */
function checkSent(expectations: readonly FlowTestExpectation[], report: FlowReport, names: Names): string[] {
  const wanted = expectations.flatMap((expectation) => ('sent' in expectation ? [expectation.sent] : []));
  const sent = report.sent.filter(({ action }) => action.kind !== 'typing' && action.kind !== 'markSeen');
  const failures: string[] = [];
  for (let index = 0; index < Math.max(wanted.length, sent.length); index++) {
    const want = wanted[index];
    const got = sent[index];
    if (got === undefined)
      failures.push(`Message ${index + 1} was not sent${sayWanted(want, names)}.${whyNot(report, names)}`);
    else if (want === undefined) failures.push(`Sent but not expected: ${describe(got, names)}.`);
    else failures.push(...differences(want, got, names).map((difference) => `Message ${index + 1} ${difference}.`));
  }
  return failures;
}

type WantedSend = Extract<FlowTestExpectation, { sent: object }>['sent'];

function sayWanted(want: WantedSend | undefined, names: Names): string {
  const words = [
    ...(want?.kind === undefined ? [] : [want.kind]),
    ...(want?.node === undefined ? [] : [`from ${names.node(want.node)}`]),
    ...(want?.text === undefined ? [] : [`saying “${want.text}”`]),
    ...(want?.contains === undefined ? [] : [`containing “${want.contains}”`]),
  ];
  return words.length === 0 ? '' : `; expected: ${words.join(' ')}`;
}

function differences(want: WantedSend, got: SentAction, names: Names): string[] {
  const found: string[] = [];
  const text = textOfAction(got.action);
  const kinds: string[] = [got.action.kind, ...('message' in got.action ? [got.action.message.kind] : [])];
  if (want.kind !== undefined && !kinds.includes(want.kind))
    found.push(`is ${kinds.join(' with ')}, expected ${want.kind}`);
  if (want.node !== undefined && want.node !== got.node)
    found.push(`came from ${names.node(got.node)}, expected ${names.node(want.node)}`);
  if (want.text !== undefined && want.text !== text) found.push(`says “${text}”, expected “${want.text}”`);
  if (want.contains !== undefined && !textsIn(got.action).some((part) => part.includes(want.contains ?? '')))
    found.push(`does not contain “${want.contains}”: ${describe(got, names)}`);
  return found;
}

function checkOne(expectation: FlowTestExpectation, report: FlowReport, names: Names): string | null {
  if ('sent' in expectation) return null;
  if ('port' in expectation)
    return report.ports.includes(expectation.port)
      ? null
      : `The run did not leave by ${names.port(expectation.port)}. It went: ${report.ports.map((port) => names.port(port)).join(', ') || 'nowhere'}.${whyNot(report, names)}`;
  if ('tag' in expectation)
    return report.contact?.tags.includes(expectation.tag) === true
      ? null
      : `The contact does not have the tag “${expectation.tag}”. It has: ${report.contact?.tags.join(', ') || 'none'}.`;
  if ('field' in expectation) {
    const value = report.contact?.fields[expectation.field] ?? null;
    return JSON.stringify(value) === JSON.stringify(expectation.value)
      ? null
      : `The field “${expectation.field}” is ${sayJson(value)}, expected ${sayJson(expectation.value)}.`;
  }
  if ('record' in expectation) {
    const { collection, has } = expectation.record;
    const kept = report.records.get(collection) ?? [];
    const fits = (record: JsonObject) =>
      Object.entries(has).every(([name, value]) => JSON.stringify(record[name] ?? null) === JSON.stringify(value));
    return kept.some(fits)
      ? null
      : `No record of “${collection}” has ${JSON.stringify(has)}. Kept: ${JSON.stringify(kept).slice(0, 1_000)}.${whyNot(report, names)}`;
  }
  if ('runs' in expectation)
    return report.runs.length === expectation.runs
      ? null
      : `${report.runs.length === 1 ? '1 run' : `${report.runs.length} runs`} started, expected ${expectation.runs}.${whyNot(report, names)}`;
  return report.status === expectation.status
    ? null
    : `The run ${sayStatus(report.status)}, expected that it ${sayStatus(expectation.status)}.${whyNot(report, names)}`;
}

function sayStatus(status: RunStatus | null): string {
  switch (status) {
    case null:
      return 'did not start';
    case 'running':
      return 'is going on';
    case 'waiting':
      return 'is waiting';
    case 'succeeded':
      return 'came to its end';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'was cancelled';
  }
}

function sayJson(value: JsonValue): string {
  if (value === null) return 'empty';
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}

/** The error of the newest run, or why no trigger fired. */
function whyNot(report: FlowReport, names: Names): string {
  const run = report.runs.at(-1);
  const error = run?.snapshot.error;
  const at = run?.nodeRuns.findLast(({ outcome }) => outcome.kind === 'failed')?.node;
  if (error !== undefined) return ` The run failed${at === undefined ? '' : ` at ${names.node(at)}`}: ${error.message}`;
  const refused = report.runs.length === 0 ? report.notFired.at(-1) : undefined;
  return refused === undefined ? '' : ` No run started: ${refused.reason}`;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  privateReply: 'message to the commenter',
  commentReply: 'public reply',
  http: 'call of another system',
};

function describe({ node, action }: SentAction, names: Names): string {
  const text = textOfAction(action);
  return `${KIND_WORDS[action.kind] ?? action.kind} from ${names.node(node)}${text === '' ? '' : ` saying “${text}”`}`;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
