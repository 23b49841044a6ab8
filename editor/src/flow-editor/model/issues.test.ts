import type { Issue } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { issuesByNode, keepUnchanged, messagesByField, withoutNodeTitle } from './issues.ts';

const issue = (part: Partial<Issue>): Issue => ({
  code: 'x',
  severity: 'error',
  message: '"Send": "Text" must not be empty.',
  node: 'a',
  path: '/nodes/a/config/parts/0/text',
  ...part,
});

describe('issues', () => {
  it('counts by node and keeps groups that did not change', () => {
    const before = issuesByNode([issue({}), issue({ node: 'b', severity: 'warning' })]);
    expect(before.get('a')).toMatchObject({ errors: 1, warnings: 0 });
    const after = keepUnchanged(before, issuesByNode([issue({}), issue({ node: 'b', message: 'other' })]));
    expect(after.get('a')).toBe(before.get('a'));
    expect(after.get('b')).not.toBe(before.get('b'));
  });

  it('stands at its field, or at the node as a whole', () => {
    const messages = messagesByField(
      [issue({}), issue({ path: '/nodes/a', message: '"Send" is never reached. Connect it or remove it.' })],
      'a',
    );
    expect(messages.get('/parts/0/text')).toBe('This must not be empty.');
    expect(messages.get('')).toBe('This is never reached. Connect it or remove it.');
  });

  it('leaves the title of the node out where it is plain', () => {
    expect(withoutNodeTitle('"Send": there is no "contact.x".')).toBe('there is no "contact.x".');
  });
});
