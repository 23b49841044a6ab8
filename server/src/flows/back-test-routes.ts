import { compileFlow, RUNTIME_CAPABILITIES, withoutPins } from '@heddle/engine';
import { runBackTest, type BackTestItem, type PastSend, type Verdict } from '@heddle/engine/backtest';
import { FlowError, type FlowDocument } from '@heddle/schemas';
import { api, type BackTestItem as ItemView, type BackTestSend } from '@heddle/schemas/api';
import { setImmediate } from 'node:timers/promises';
import { summariseEvent } from '../events/summarise-event.ts';
import type { Deps } from '../http/deps.ts';
import { endpoint, type Route } from '../http/endpoint.ts';
import { summarise } from '../runtime/outbox/describe-action.ts';
import { readCalledFlows } from './back-test-calls.ts';
import { toHistories } from './back-test-histories.ts';
import { readRecords, type BackTestRecords } from './back-test-records.ts';
import { DEFAULT_PRIORITY, findRivals, readAges } from './back-test-rivals.ts';
import { readBindings } from './bindings.ts';
import { getFlow, getVersion } from './flow-row.ts';

/** Events compared unless the caller says otherwise. */
const DEFAULT_EVENTS = 200;
/** The replay is work of this process; after this time it gives what it has. */
const MAX_REPLAY_MS = 20_000;

/** Operation flows.backTest. */
export const backTestRoutes: readonly Route[] = [
  endpoint(api.flows.backTest, async ({ params, body, caller, deps }) => {
    const read = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const flow = await getFlow(tx, params.id);
      const live = flow.published_version === null ? null : await getVersion(tx, flow.id, flow.published_version);
      const bindings = await readBindings(tx, flow);
      const records = await readRecords(tx, {
        flowId: flow.id,
        connectionIds: Object.values(bindings.connections).filter((id) => id !== null),
        kinds: [
          ...new Set([flow.draft, ...(live === null ? [] : [live.document])].flatMap((doc) => kindsOf(deps, doc))),
        ],
        kind: body.kind,
        limit: body.events ?? DEFAULT_EVENTS,
      });
      const rivals = await findRivals(tx, deps, flow.id, records);
      const flows = await readCalledFlows(tx, deps, flow.draft);
      return { flow, flows, bindings, records, rivals, liveSinceMs: (await readAges(tx)).get(flow.id) };
    });
    const { flow, bindings, records } = read;
    const nowMs = deps.clock.nowMs();
    const histories = toHistories(records, {
      flowId: flow.id,
      connections: bindings.connections,
      rivals: read.rivals,
      isEveryKindCompared: body.kind === undefined,
    });
    const begunAt = performance.now();
    const report = await runBackTest(
      {
        program: compileFlow(withoutPins(flow.draft), deps.registry, { capabilities: RUNTIME_CAPABILITIES }).program,
        inputs: bindings.inputs,
        flows: read.flows,
        standing: {
          priority: flow.draft.settings?.priority ?? DEFAULT_PRIORITY,
          liveSinceMs: read.liveSinceMs ?? nowMs,
        },
        registry: deps.registry,
        validate: (platform, action) => deps.platforms.get(platform)?.validate(action) ?? [],
        untilMs: nowMs,
      },
      histories,
      async () => {
        // Between two people others get their turn.
        await setImmediate();
        return performance.now() - begunAt < MAX_REPLAY_MS;
      },
    );
    const count = (verdict: Verdict) => report.items.filter((item) => item.verdict === verdict).length;
    return {
      compared: report.items.length,
      same: count('same'),
      different: count('different'),
      newlyFires: count('newlyFires'),
      noLongerFires: count('noLongerFires'),
      publishedVersion: flow.published_version,
      published: report.published,
      draft: report.draft,
      isCut: report.isCut,
      items: report.items.map((item) => toItem(item, records)).toReversed(),
    };
  }),
];

/** Kinds of events that the triggers of a document listen to. */
function kindsOf(deps: Deps, document: FlowDocument): string[] {
  return Object.values(document.nodes).flatMap((node) =>
    node.isDisabled === true ? [] : (deps.registry.find(node.type)?.events ?? []),
  );
}

function toItem({ recorded, published, draft, verdict }: BackTestItem, records: BackTestRecords): ItemView {
  const row = records.events.find((event) => event.id === recorded.id);
  if (row === undefined) throw new FlowError('NOT_FOUND', `There is no event ${recorded.id}.`);
  const contact = row.contact_id === null ? undefined : records.contacts.get(row.contact_id);
  return {
    eventId: row.id,
    occurredAt: row.occurred_at.toISOString(),
    kind: row.kind,
    summary: summariseEvent(row),
    contact: contact === undefined ? null : (contact.name ?? contact.username ?? contact.platform_id),
    published: { fired: published.fired, sends: published.sends.map(toSend) },
    draft: {
      fired: draft.fired,
      sends: draft.sends.map(toSend),
      reason: draft.reason,
      status: draft.status,
      error: draft.error?.message ?? null,
      guesses: [...draft.guesses],
    },
    verdict,
  };
}

function toSend({ node, action, outcome, reason }: PastSend): BackTestSend {
  return { node, kind: action.kind, text: summarise(action), outcome, reason: reason ?? null };
}
