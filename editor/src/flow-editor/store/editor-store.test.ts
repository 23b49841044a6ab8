import type { DraftOperation } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { catalog, sampleFlow, sendMessage } from '../testing/sample-flow.ts';
import {
  addFrame,
  applyFix,
  arrange,
  connectNodes,
  copySelection,
  duplicateSelection,
  goBackTo,
  pasteText,
  placeAfterSelection,
  removeSelection,
  selectAll,
} from './edit-actions.ts';
import { createEditorStore, NOTHING_SELECTED } from './editor-store.ts';

function open(isReadOnly = false) {
  const pushed: DraftOperation[] = [];
  let now = 0;
  const document = sampleFlow();
  const store = createEditorStore({
    document,
    bindings: { connections: { shop: 'c1' }, inputs: {} },
    status: {
      state: 'draft',
      publishedVersion: null,
      hasUnpublishedChanges: true,
      webhookUrls: {},
      lintFacts: { capabilities: [], otherFlows: [] },
    },
    catalog,
    isReadOnly,
    push: (operations) => pushed.push(...operations),
    nowMs: () => (now += 10_000),
    later: (work) => work(),
  });
  return { store, pushed, document };
}

describe('the editor store', () => {
  it('undoes and does again, and sends both as operations', () => {
    const { store, pushed, document } = open();
    removeSelection(store, { ...NOTHING_SELECTED, nodes: ['reply'] });
    const removed = store.getState().document;
    expect(removed.edges).toHaveLength(1);
    store.getState().undo();
    expect(store.getState().document).toEqual(document);
    store.getState().redo();
    expect(store.getState().document).toEqual(removed);
    expect(pushed.filter((operation) => operation.kind === 'removeNode')).toHaveLength(2);
  });

  it('goes back to a version as a change that can be taken back', () => {
    const { store, pushed, document } = open();
    const older = { ...document, name: 'Older' };
    const done = goBackTo(store, 3, older);
    expect(store.getState().document).toEqual(older);
    expect(done.words).toBe('Version 3 is the draft now');
    done.undo();
    expect(store.getState().document).toEqual(document);
    expect(pushed).toHaveLength(2);
  });

  it('copies a group with all that lies in it, as one step', () => {
    const { store, document } = open();
    const ids = Object.keys(document.nodes);
    store.setState({ drawnAt: Object.fromEntries(ids.map((id, index) => [id, [index * 400, 0] as [number, number]])) });
    store.getState().select({ ...NOTHING_SELECTED, nodes: ids });
    addFrame(store, [0, 0]);
    const [frame] = store.getState().selection.notes;
    expect(store.getState().selection).toEqual({ nodes: [], edges: [], notes: ['frame1'] });
    duplicateSelection(store);
    const copied = store.getState();
    expect(copied.selection.nodes).toHaveLength(ids.length);
    expect(copied.selection.notes).toEqual(['frame2']);
    expect(copied.document.edges).toHaveLength(document.edges.length * 2);
    copied.undo();
    expect(Object.keys(store.getState().document.nodes)).toEqual(ids);
    expect(store.getState().document.notes?.map(({ id }) => id)).toContain(frame);
  });

  it('keeps the identity of nodes that were not touched', () => {
    const { store, document } = open();
    store
      .getState()
      .change([{ kind: 'setConfig', id: 'reply', config: { connection: '@shop', text: 'Hello' } }], { label: 'Edit' });
    expect(store.getState().document.nodes['ask']).toBe(document.nodes['ask']);
    expect(store.getState().document.nodes['reply']).not.toBe(document.nodes['reply']);
  });

  it('finds issues with every change and keeps those of other nodes', () => {
    const { store } = open();
    const before = store.getState().nodeIssues;
    store
      .getState()
      .change([{ kind: 'setConfig', id: 'reply', config: { connection: '@shop', text: '' } }], { label: 'Edit' });
    expect(store.getState().nodeIssues.get('reply')?.errors).toBe(1);
    expect(store.getState().nodeIssues.get('ask')).toBe(before.get('ask'));
  });

  it('counts an account without a choice as something to settle', () => {
    const { store } = open();
    store.getState().setBindings({ connections: {}, inputs: {} });
    expect(store.getState().issues.map((issue) => issue.code)).toContain('FLOW_SLOT_EMPTY');
  });

  it('forgets what is selected when it goes', () => {
    const { store } = open();
    store.getState().select({ ...NOTHING_SELECTED, nodes: ['reply', 'ask'], edges: ['reply.sent->ask'] });
    store.getState().change([{ kind: 'removeNode', id: 'reply' }], { label: 'Remove' });
    expect(store.getState().selection).toEqual({ ...NOTHING_SELECTED, nodes: ['ask'] });
  });

  it('changes nothing when it is only looked at', () => {
    const { store, pushed, document } = open(true);
    removeSelection(store, selectAll(document));
    expect(store.getState().document).toBe(document);
    expect(pushed).toEqual([]);
  });

  it('takes back one change also when more was done since', () => {
    const { store, document } = open();
    const removed = removeSelection(store, { ...NOTHING_SELECTED, nodes: ['set'] });
    store.getState().change([{ kind: 'setName', name: 'Other' }], { label: 'Rename' });
    removed?.undo();
    expect(store.getState().document.nodes['set']).toEqual(document.nodes['set']);
    expect(store.getState().document.name).toBe('Other');
  });

  it('arranges in one step that undo takes back', () => {
    const { store, document } = open();
    arrange(store, () => ({ width: 280, height: 160 }));
    expect(store.getState().history.past).toHaveLength(1);
    store.getState().undo();
    expect(store.getState().document).toEqual(document);
  });

  it('pins cards that have no place when the first thing changes', () => {
    const { store } = open();
    const { layout: _layout, ...loose } = sampleFlow();
    store.getState().load(loose, store.getState().bindings);
    store.setState({ drawnAt: { asked: [0, 0], reply: [400, 0], gone: [1, 1] } });
    store.getState().change([{ kind: 'moveNodes', to: { reply: [500, 0] } }], { label: 'Move' });
    expect(store.getState().document.layout).toEqual({ asked: [0, 0], reply: [500, 0] });
  });
});

describe('what a person does', () => {
  it('adds after the selected node, at its open exit', () => {
    const { store } = open();
    store.getState().selectNode('reply');
    const id = placeAfterSelection(store, sendMessage, [0, 0]);
    expect(store.getState().document.edges.at(-1)).toEqual({ from: 'reply.closed', to: id });
    expect(store.getState().selection.nodes).toEqual([id]);
  });

  it('adds at a free place when nothing is selected', () => {
    const { store } = open();
    const id = placeAfterSelection(store, sendMessage, [0, 0]);
    const places = Object.values(store.getState().document.layout ?? {});
    expect(new Set(places.map(String)).size).toBe(places.length);
    expect(store.getState().document.edges.some((edge) => edge.to === id)).toBe(false);
  });

  it('connects, duplicates, copies and pastes', () => {
    const { store } = open();
    connectNodes(store, { from: 'set.done', to: 'tell' });
    expect(store.getState().selection.edges).toEqual(['set.done->tell']);
    store.getState().select({ ...NOTHING_SELECTED, nodes: ['ask', 'set'] });
    duplicateSelection(store);
    expect(store.getState().selection.nodes).toEqual(['ask2', 'set2']);
    const text = copySelection(store) ?? '';
    expect(pasteText(store, text, [0, 900])).toBe(2);
    expect(pasteText(store, 'just words', [0, 0])).toBe(0);
    expect(Object.keys(store.getState().document.nodes)).toHaveLength(9);
  });
});

describe('an issue that offers a change', () => {
  const unused = (store: ReturnType<typeof open>['store']) =>
    store.getState().issues.find((issue) => issue.code === 'slot.unused');

  it('is settled by one step that undo takes back', () => {
    const { store, pushed } = open();
    store
      .getState()
      .change([{ kind: 'setSlot', name: 'spare', slot: { platform: 'demo', label: 'Spare' } }], { label: 'Add' });
    const issue = unused(store);
    if (issue?.fix === undefined) throw new TypeError('expected a change on offer');
    const before = store.getState();
    expect(applyFix(store, issue)?.words).toBe(issue.fix.title);
    expect(store.getState().document.connections).not.toHaveProperty('spare');
    expect(unused(store)).toBeUndefined();
    expect(store.getState().history.past).toHaveLength(before.history.past.length + 1);
    expect(pushed.at(-1)).toEqual({ kind: 'setSlot', name: 'spare', slot: null });
    store.getState().undo();
    expect(store.getState().document).toEqual(before.document);
    expect(applyFix(store, issue)).not.toBeNull();
    // Gone by now, as when it is pressed twice.
    expect(applyFix(store, issue)).toBeNull();
  });

  it('changes what is there now, not what was there when the issue was found', () => {
    const { store } = open();
    const config = { connection: '@shpo', text: 'Old' };
    store.getState().change([{ kind: 'setConfig', id: 'reply', config }], { label: 'Edit' });
    const issue = store.getState().issues.find((found) => found.code === 'slot.missing');
    if (issue === undefined) throw new TypeError('expected an issue');
    store
      .getState()
      .change([{ kind: 'setConfig', id: 'reply', config: { ...config, text: 'New' } }], { label: 'Edit' });
    applyFix(store, issue);
    expect(store.getState().document.nodes['reply']?.config).toEqual({ connection: '@shop', text: 'New' });
  });
});

it('checks again when the server knows more', () => {
  const { store, document } = open();
  const clash = () => store.getState().issues.filter((issue) => issue.code === 'trigger.clash');
  const config = { connection: '@shop', match: 'any' };
  store.getState().change([{ kind: 'setConfig', id: 'asked', config }], { label: 'Edit' });
  expect(clash()).toEqual([]);
  const trigger = { type: document.nodes['asked']?.type ?? '', config, connectionId: 'c1' };
  const rival = { id: 'f2', name: 'Other', priority: 50, liveSinceMs: 1, triggers: [trigger] };
  store.getState().setStatus({ lintFacts: { capabilities: [], otherFlows: [rival] } });
  expect(clash()).toMatchObject([{ node: 'asked', fix: { title: 'Let this flow come before "Other"' } }]);
});
