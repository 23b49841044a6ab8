import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSignedRequest } from './signed-request.ts';

const PAYLOAD = { user_id: '17841400000000001', algorithm: 'HMAC-SHA256', issued_at: 1_763_630_000 };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (encoded: string, secret = 'secret') =>
  `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;

describe('parseSignedRequest', () => {
  it('says whom a signed request is about, with each of the secrets', () => {
    expect(parseSignedRequest(sign(encode(PAYLOAD)), ['secret'])).toEqual({
      personId: '17841400000000001',
      signed: encode(PAYLOAD),
    });
    expect(parseSignedRequest(sign(encode(PAYLOAD), 'old'), ['secret', 'old'])).not.toBeNull();
  });

  it('takes a numeric id as its digits', () => {
    expect(parseSignedRequest(sign(encode({ ...PAYLOAD, user_id: 42 })), ['secret'])).toMatchObject({ personId: '42' });
  });

  it.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['no signature', `.${encode(PAYLOAD)}`],
    ['no payload', 'abc.'],
    ['a third part', `${sign(encode(PAYLOAD))}.x`],
    ['a signature of another secret', sign(encode(PAYLOAD), 'other')],
    [
      'a signature of another payload',
      `${sign(encode(PAYLOAD)).split('.')[0]}.${encode({ ...PAYLOAD, user_id: '2' })}`,
    ],
    ['a signature that is too short', `YQ.${encode(PAYLOAD)}`],
    ['another algorithm', sign(encode({ ...PAYLOAD, algorithm: 'none' }))],
    ['no id', sign(encode({ algorithm: 'HMAC-SHA256' }))],
    ['an id that is none', sign(encode({ ...PAYLOAD, user_id: "1' or 1=1" }))],
    ['a payload that is no JSON', sign(Buffer.from('not json').toString('base64url'))],
    ['a payload that is no object', sign(encode([1]))],
    ['more than Meta ever sends', sign(encode({ ...PAYLOAD, more: 'x'.repeat(5_000) }))],
  ])('refuses %s', (_what, request) => {
    expect(parseSignedRequest(request, ['secret'])).toBeNull();
  });

  it('refuses everything while there is no secret', () => {
    expect(parseSignedRequest(sign(encode(PAYLOAD), 'x'), [])).toBeNull();
    expect(parseSignedRequest(sign(encode(PAYLOAD), ''), [''])).toBeNull();
  });
});
