import { describe, expect, it } from 'vitest';
import { catalog, sampleFlow } from '../testing/sample-flow.ts';
import { availableFields, searchFields, titleOfPath } from './available-fields.ts';
import { markOfField } from './field-text.ts';

const pathsAt = (node: string | undefined) =>
  availableFields(sampleFlow(), catalog, node).flatMap((group) => group.fields.map((field) => field.path));

describe('fields that a node may read', () => {
  it('lists the trigger, nodes passed before, inputs and variables', () => {
    const paths = pathsAt('set');
    expect(paths).toContain('trigger.text');
    expect(paths).toContain('nodes.ask.text');
    expect(paths).toContain('nodes.reply.text');
    expect(paths).toContain('inputs.price');
    expect(paths).toContain('vars.color');
    expect(paths).toContain('contact.firstName');
  });

  it('does not list what comes later, nor the node itself', () => {
    const paths = pathsAt('reply');
    expect(paths.some((path) => path.startsWith('nodes.'))).toBe(false);
  });

  it('lists the error only behind an error exit, and no output of the node that failed', () => {
    expect(pathsAt('tell')).toContain('error.message');
    expect(pathsAt('tell')).not.toContain('nodes.reply.text');
    expect(pathsAt('ask')).not.toContain('error.message');
  });

  it('puts ids last', () => {
    const trigger = availableFields(sampleFlow(), catalog, 'reply').find((group) => group.key === 'trigger');
    expect(trigger?.fields.map((field) => field.path)).toEqual(['trigger.text', 'trigger.commentId']);
    expect(trigger?.title).toBe('When someone comments');
  });

  it('finds by title, path and heading', () => {
    const groups = availableFields(sampleFlow(), catalog, 'set');
    expect(searchFields(groups, 'comment text').flatMap((group) => group.fields.map((field) => field.path))).toEqual([
      'trigger.text',
    ]);
    expect(searchFields(groups, 'inputs').map((group) => group.key)).toEqual(['inputs']);
    expect(titleOfPath(groups, 'trigger.text')).toBe('Comment text');
  });

  it('writes a default for what may be missing', () => {
    expect(markOfField({ path: 'contact.firstName', title: '', type: 'string' })).toBe(
      "{{ contact.firstName | default: 'there' }}",
    );
    expect(markOfField({ path: 'trigger.text', title: '', type: 'string' })).toBe('{{ trigger.text }}');
  });
});
