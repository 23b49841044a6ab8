import { createHandlerRegistry, type HandlerRegistry } from '@heddle/engine';
import { runFlow } from '@heddle/engine/test-kit';
import type { FlowDocument, FlowTest } from '@heddle/schemas';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { describe, expect, it, vi } from 'vitest';
import { startStepper, type RunCase } from './stepper.ts';

/** Waits for a state of the stepper, however busy the machine is. */
const until = (look: () => void) => vi.waitFor(look, { timeout: 30_000 });

const registry: HandlerRegistry = createHandlerRegistry(builtInHandlers);
const document: FlowDocument = {
  formatVersion: 1,
  name: 'Test',
  nodes: {
    start: { type: 'core/manual', v: 1, config: {} },
    tag: { type: 'contacts/tag', v: 1, config: { add: ['lead'], remove: [] } },
    end: { type: 'core/stop', v: 1, config: {} },
  },
  edges: [
    { from: 'start.matched', to: 'tag' },
    { from: 'tag.done', to: 'end' },
  ],
};
const test: FlowTest = {
  name: 'Test',
  given: { contact: { username: 'ada' }, events: [{ kind: 'core/manual' }] },
  expect: [{ runs: 1 }],
};
const run: RunCase = (flow, handlers, { given }, beforeNode) =>
  runFlow(flow, handlers, { events: given.events, contact: { username: 'ada' }, beforeNode });

describe('stepping through a case', () => {
  it('pauses before each node and shows what was put in and out', async () => {
    const stepper = startStepper(document, registry, test, run);
    await until(() => expect(stepper.state.getState()).toMatchObject({ kind: 'paused', next: { node: 'tag' } }));
    stepper.next();
    await until(() => expect(stepper.state.getState()).toMatchObject({ kind: 'paused', next: { node: 'end' } }));
    expect(stepper.state.getState().records).toMatchObject([
      { node: 'tag', outcome: { kind: 'succeeded', port: 'done' } },
    ]);
    expect(stepper.state.getState().ports).toEqual(['start.matched', 'tag.done']);
    stepper.next();
    await until(() => expect(stepper.state.getState()).toMatchObject({ kind: 'ended', next: null }));
    expect(stepper.state.getState().report?.status).toBe('succeeded');
  });

  it('runs to the end when told so, and not at all once stopped', async () => {
    const finished = startStepper(document, registry, test, run);
    const stopped = startStepper(document, registry, test, run);
    await until(() => expect(finished.state.getState().kind).toBe('paused'));
    await until(() => expect(stopped.state.getState().kind).toBe('paused'));
    stopped.stop();
    stopped.next();
    finished.finish();
    await until(() => expect(finished.state.getState().kind).toBe('ended'));
    expect(stopped.state.getState()).toMatchObject({ kind: 'paused', records: [] });
  });

  it('says why a flow cannot run', async () => {
    const broken = { ...document, edges: [{ from: 'start.nowhere', to: 'end' }] };
    const stepper = startStepper(broken, registry, test, run);
    await until(() => expect(stepper.state.getState().kind).toBe('broken'));
    expect(stepper.state.getState().problem).toContain('nowhere');
  });
});
