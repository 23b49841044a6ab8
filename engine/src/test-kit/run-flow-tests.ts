import {
  FlowDocumentSchema,
  FlowError,
  toErrorRecord,
  validatorOf,
  type FlowTest,
  type FlowTestExpectation,
  type JsonObject,
  type JsonValue,
} from '@heddle/schemas';
import type { HandlerRegistry } from '../plugin/index.ts';
import type { Fakes } from './fake-services.ts';
import { runFlow, type FlowReport } from './run-flow.ts';
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
): Promise<FlowTestResult> {
  const { contact, inputs, seed, aiAnswers, reads, events } = test.given;
  try {
    const report = await runFlow(document, registry, {
      events,
      ...(contact === undefined ? {} : { contact }),
      ...(inputs === undefined ? {} : { inputs }),
      ...(seed === undefined ? {} : { seed }),
      fakes: {
        ...(aiAnswers === undefined ? {} : { aiAnswers }),
        ...(reads === undefined ? {} : { read: answersInOrder(reads) }),
      },
    });
    const failures = [
      ...checkSent(test.expect, report),
      ...test.expect.flatMap((expectation) => checkOne(expectation, report) ?? []),
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

/** All `sent` entries together must be all that was sent, in order. Signs of typing and of reading are not messages. */
function checkSent(expectations: readonly FlowTestExpectation[], report: FlowReport): string[] {
  const wanted = expectations.flatMap((expectation) => ('sent' in expectation ? [expectation.sent] : []));
  const sent = report.sent.filter(({ action }) => action.kind !== 'typing' && action.kind !== 'markSeen');
  const failures: string[] = [];
  for (let index = 0; index < Math.max(wanted.length, sent.length); index++) {
    const want = wanted[index];
    const got = sent[index];
    if (got === undefined)
      failures.push(`Expected message ${index + 1} (${JSON.stringify(want)}) was not sent.${whyNot(report)}`);
    else if (want === undefined) failures.push(`Sent but not expected: ${describe(got)}.`);
    else failures.push(...differences(want, got).map((difference) => `Message ${index + 1} ${difference}.`));
  }
  return failures;
}

function differences(want: Extract<FlowTestExpectation, { sent: object }>['sent'], got: SentAction): string[] {
  const found: string[] = [];
  const text = textOfAction(got.action);
  const kinds: string[] = [got.action.kind, ...('message' in got.action ? [got.action.message.kind] : [])];
  if (want.kind !== undefined && !kinds.includes(want.kind))
    found.push(`is ${kinds.join(' with ')}, expected ${want.kind}`);
  if (want.node !== undefined && want.node !== got.node) found.push(`came from "${got.node}", expected "${want.node}"`);
  if (want.text !== undefined && want.text !== text)
    found.push(`says ${JSON.stringify(text)}, expected ${JSON.stringify(want.text)}`);
  if (want.contains !== undefined && !textsIn(got.action).some((part) => part.includes(want.contains ?? '')))
    found.push(`does not contain ${JSON.stringify(want.contains)}: ${describe(got)}`);
  return found;
}

function checkOne(expectation: FlowTestExpectation, report: FlowReport): string | null {
  if ('sent' in expectation) return null;
  if ('port' in expectation)
    return report.ports.includes(expectation.port)
      ? null
      : `"${expectation.port}" was not taken. Taken: ${report.ports.join(', ') || 'none'}.${whyNot(report)}`;
  if ('tag' in expectation)
    return report.contact?.tags.includes(expectation.tag) === true
      ? null
      : `The contact does not have the tag "${expectation.tag}". It has: ${report.contact?.tags.join(', ') || 'none'}.`;
  if ('field' in expectation) {
    const value = report.contact?.fields[expectation.field] ?? null;
    return JSON.stringify(value) === JSON.stringify(expectation.value)
      ? null
      : `The field "${expectation.field}" is ${JSON.stringify(value)}, expected ${JSON.stringify(expectation.value)}.`;
  }
  if ('record' in expectation) {
    const { collection, has } = expectation.record;
    const kept = report.records.get(collection) ?? [];
    const fits = (record: JsonObject) =>
      Object.entries(has).every(([name, value]) => JSON.stringify(record[name] ?? null) === JSON.stringify(value));
    return kept.some(fits)
      ? null
      : `No record of "${collection}" has ${JSON.stringify(has)}. Kept: ${JSON.stringify(kept).slice(0, 1_000)}.${whyNot(report)}`;
  }
  if ('runs' in expectation)
    return report.runs.length === expectation.runs
      ? null
      : `${report.runs.length} runs started, expected ${expectation.runs}.${whyNot(report)}`;
  return report.status === expectation.status
    ? null
    : `The run is ${report.status ?? 'not there'}, expected ${expectation.status}.${whyNot(report)}`;
}

/** The error of the newest run, or why no trigger fired. */
function whyNot(report: FlowReport): string {
  const error = report.runs.at(-1)?.snapshot.error;
  if (error !== undefined) return ` The run failed: ${error.message}`;
  const refused = report.runs.length === 0 ? report.notFired.at(-1) : undefined;
  return refused === undefined ? '' : ` No run started: ${refused.reason}`;
}

function describe({ node, action }: SentAction): string {
  const text = textOfAction(action);
  return `${action.kind} from "${node}"${text === '' ? '' : ` saying ${JSON.stringify(text)}`}`;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
