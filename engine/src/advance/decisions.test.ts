import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { compileFlow } from '../compile/index.ts';
import { createHarness, type HarnessOptions } from '../test-kit/index.ts';
import { advance, startSnapshot } from './index.ts';

const HOUR = 3_600_000;
const approval = (ms?: number) =>
  flow({ s: ['start'], a: ['approve', ms === undefined ? {} : { ms }], y: ['say', { text: '{{ input.by }}' }] }, [
    's.out>a',
    'a.yes>y',
  ]);

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('waiting for a decision, $name', ({ options }) => {
  it.each([
    ['approved', ['s.out', 'a.yes', 'y.out']],
    ['rejected', ['s.out', 'a.no']],
  ] as const)('goes on when it is %s', async (decision, ports) => {
    const h = createHarness(approval(), registry, options);
    await h.start();
    await h.settle();
    expect(h.runs()[0]?.snapshot.status).toBe('waiting');
    expect(await h.decide(decision, 'Amina', 'fine')).toBe(true);
    expect(h.ports()).toEqual(ports);
    expect(h.runs()[0]?.snapshot.outputs['a']?.output).toEqual({ by: 'Amina', note: 'fine' });
    expect(await h.decide(decision)).toBe(false);
  });

  it('leaves by "timeout" when nobody decides, and a late decision changes nothing', async () => {
    const h = createHarness(approval(HOUR), registry, options);
    await h.start();
    await h.clock.advanceMs(HOUR);
    expect(h.ports()).toEqual(['s.out', 'a.timeout']);
    expect(await h.decide('approved')).toBe(false);
  });
});

describe.each([
  { name: 'in one piece', options: {} },
  { name: 'dying after every event', options: { crashesAfterEveryEvent: true } },
] satisfies { name: string; options: HarnessOptions }[])('waiting for a named event, $name', ({ options }) => {
  const document = flow({ s: ['start'], e: ['listen', { key: '{{ trigger.order }}', ms: HOUR }] }, ['s.out>e']);

  it('takes the one with its key and no other', async () => {
    const h = createHarness(document, registry, options);
    await h.start({ order: '17' });
    expect(await h.report('parcel', '18')).toBe(0);
    expect(await h.report('letter', '17')).toBe(0);
    expect(await h.report('parcel', '17', { at: 'door' })).toBe(1);
    expect(h.ports()).toEqual(['s.out', 'e.heard']);
    expect(h.runs()[0]?.snapshot.outputs['e']?.output).toEqual({ at: 'door' });
  });

  it('leaves by "timeout" when it does not come', async () => {
    const h = createHarness(document, registry, options);
    await h.start({ order: '17' });
    await h.clock.advanceMs(HOUR);
    expect(h.ports()).toEqual(['s.out', 'e.timeout']);
  });

  it('fails with OUTPUT_LIMIT when too much comes', async () => {
    const h = createHarness(document, registry, options);
    await h.start({ order: '17' });
    await h.report('parcel', '17', { text: 'x'.repeat(70_000) });
    expect(h.runs()[0]?.snapshot).toMatchObject({ status: 'failed', error: { code: 'OUTPUT_LIMIT' } });
  });
});

it('fails with NODE_UNSUPPORTED where the host cannot ask for decisions, and such a flow is not valid', () => {
  expect(() => compileFlow(approval(), registry)).toThrow('does not have waiting for an approval');
  const { program } = compileFlow(approval(), registry, { capabilities: ['approval'] });
  const weak = { ...program, capabilities: new Set<never>() };
  const started = advance(weak, startSnapshot(1), { kind: 'started', node: 's', output: {}, atMs: 0 });
  const wait = { kind: 'approval', title: '', text: '', dueAtMs: null } as const;
  const { snapshot } = advance(weak, started.snapshot, {
    kind: 'nodeSuspended',
    position: 'p1',
    wait,
    memo: null,
    atMs: 0,
  });
  expect(snapshot).toMatchObject({ status: 'failed', error: { code: 'NODE_UNSUPPORTED' } });
});
