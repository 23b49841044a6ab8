import type { OutboxView } from '@heddle/schemas/api';
import { describe, expect, it } from 'vitest';
import { toCsv } from './outbox-csv.ts';

const row: OutboxView = {
  id: '1',
  runId: 'r1',
  flowId: 'f1',
  flowName: 'Price',
  node: 'reply',
  nodeTitle: 'Say the price',
  state: 'sent',
  kind: 'message',
  summary: 'Hi',
  action: {},
  platformId: 'm1',
  reason: null,
  contact: { id: 'c', name: 'Amina', username: 'amina' },
  createdAt: '2026-01-01T00:00:00.000Z',
  settledAt: null,
};
const secondLine = (summary: string) => toCsv([{ ...row, summary }]).split('\r\n')[1];

describe('toCsv', () => {
  it('has one line of titles and one per row', () => {
    expect(toCsv([row])).toBe(
      '\uFEFFWhen,State,Kind,To,Content,Reason,Flow,Node,Run,Platform id\r\n2026-01-01T00:00:00.000Z,sent,message,amina,Hi,,Price,Say the price,r1,m1\r\n',
    );
  });

  it('quotes what would break a line', () => {
    expect(secondLine('a, "b"')).toContain('"a, ""b"""');
  });

  it('keeps a message from becoming a formula', () => {
    expect(secondLine('=HYPERLINK("x")')).toContain(`"'=HYPERLINK(""x"")"`);
    expect(secondLine('+254 700')).toContain(`'+254 700`);
  });
});
