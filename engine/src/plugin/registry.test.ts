import { FlowError } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { registry } from '../../test/nodes.ts';
import { Type } from 'typebox';
import {
  createDefinitionRegistry,
  createHandlerRegistry,
  defineHandler,
  defineNode,
  done,
  type NodeHandler,
} from './index.ts';
import { migrateConfig } from '../compile/migrate-config.ts';

const thrown = (call: () => unknown): FlowError => {
  try {
    call();
  } catch (error) {
    if (error instanceof FlowError) return error;
    throw error;
  }
  throw new TypeError('expected an error');
};

describe('a registry', () => {
  it('names the node type that no plugin has', () => {
    const without = createHandlerRegistry([]);
    expect(thrown(() => without.getHandler('acme/telegram'))).toMatchObject({
      code: 'NODE_TYPE_UNKNOWN',
      message: 'No installed plugin has the node type "acme/telegram".',
    });
    expect(without.find('acme/telegram')).toBeUndefined();
  });

  it('refuses two plugins with the same node type', () => {
    const say = registry.getHandler('test/say');
    const twice: readonly NodeHandler[] = [say, say];
    expect(() => createDefinitionRegistry(twice.map((handler) => handler.definition))).toThrow(
      '"test/say" is defined twice',
    );
  });
});

it('a config of a newer plugin than the one installed is not guessed at', () => {
  const { definition } = registry.getHandler('test/say');
  expect(thrown(() => migrateConfig(definition, definition.version + 1, {}))).toMatchObject({
    code: 'NODE_TYPE_UNKNOWN',
  });
});

describe('fields whose choices only the handler knows', () => {
  const definition = defineNode({
    type: 'test/pick',
    version: 1,
    title: 'Pick',
    summary: 'Picks.',
    icon: 'list',
    category: 'data',
    effect: 'pure',
    config: Type.Object({ list: Type.String({ title: 'List', 'x-options': true }) }, { additionalProperties: false }),
    ports: { done: { title: 'Done', output: { type: 'object' } } },
    defaults: { list: '' },
  });
  const run = () => done('done');

  it('need code that lists them', () => {
    expect(() => defineHandler(definition, { run })).toThrow('test/pick: fields with x-options are [list]');
    expect(defineHandler(definition, { run, options: { list: () => Promise.resolve([]) } }).options).toBeDefined();
  });

  it('are the only ones with such code', () => {
    const plain = { ...definition, config: Type.Object({ list: Type.String({ title: 'List' }) }) };
    expect(() => defineHandler(plain, { run, options: { list: () => Promise.resolve([]) } })).toThrow('lists [list]');
  });
});
