import { makeContact, runNode } from '@heddle/engine/test-kit';
import { describe, expect, it } from 'vitest';
import { setFieldHandler } from './set-field/handler.ts';
import { tagHandler } from './tag/handler.ts';

describe('contacts', () => {
  it('adds and takes away tags, each once', async () => {
    const { result, world } = await runNode(tagHandler, {
      config: { add: ['vip', ' vip ', ' '], remove: ['new', 'vip'] },
      contact: makeContact('instagram', { tags: ['new'] }),
    });
    expect(result).toMatchObject({ port: 'done', output: { added: ['vip'], removed: ['new'] } });
    expect(world.contact?.tags).toEqual(['vip']);
  });

  it('keeps a value of any type', async () => {
    const { world } = await runNode(setFieldHandler, {
      config: { name: 'size', value: 42 },
      contact: makeContact('instagram', {}),
    });
    expect(world.contact?.fields).toEqual({ size: 42 });
  });

  it('refuses to run for nobody', async () => {
    expect((await runNode(tagHandler, { config: { add: ['a'] }, contact: null })).error?.code).toBe('SEND_REFUSED');
    expect((await runNode(setFieldHandler, { config: { name: 'a', value: 1 }, contact: null })).error?.code).toBe(
      'SEND_REFUSED',
    );
  });
});
