import { InboundEventSchema, validatorOf, type JsonObject, type JsonValue } from '@heddle/schemas';
import { expect, it } from 'vitest';
import { parseWebhook } from './webhook-parser.ts';

const messaging = (item: JsonObject): JsonValue => ({
  object: 'instagram',
  entry: [
    {
      id: '1784',
      time: 1763630000123,
      messaging: [{ sender: { id: '526' }, recipient: { id: '1784' }, timestamp: 1763630000001, ...item }],
    },
  ],
});

const BODIES: readonly JsonValue[] = [
  {
    object: 'instagram',
    entry: [
      {
        id: '1784',
        time: 1763630000,
        changes: [
          {
            field: 'comments',
            value: {
              id: '1',
              text: 'a',
              parent_id: '2',
              from: { id: '526', username: 'p' },
              media: { id: '3', media_product_type: 'FEED' },
            },
          },
        ],
      },
    ],
  },
  messaging({
    message: {
      mid: 'm1',
      text: 'a',
      reply_to: { mid: 'm0', story: { id: '1' } },
      attachments: [{ type: 'image', payload: { url: 'u' } }],
      referral: { ref: 'r' },
    },
  }),
  messaging({ postback: { mid: 'p', payload: 'x', title: 't' } }),
  messaging({ reaction: { mid: 'm', action: 'react' } }),
  messaging({ message_edit: { mid: 'm', text: 'b', num_edit: 1 } }),
];

it('never throws and always gives valid events, whatever is put into a body (seed 7)', () => {
  const random = seeded(7);
  const validator = validatorOf(InboundEventSchema);
  for (let round = 0; round < 3000; round += 1) {
    const body = BODIES[Math.floor(random() * BODIES.length)] ?? null;
    const broken = mutate(structuredClone(body), random);
    for (const { accountId, event } of parseWebhook(broken)) {
      expect(typeof accountId).toBe('string');
      expect(validator.issues(event), JSON.stringify(broken)).toEqual([]);
    }
  }
});

const GARBAGE: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'text',
  '\ud800',
  [],
  [null],
  {},
  { id: {} },
  { payload: [] },
  [[[]]],
  '__proto__',
];

/** Replaces, removes or wraps one random part. */
function mutate(value: JsonValue, random: () => number): JsonValue {
  const garbage = () => GARBAGE[Math.floor(random() * GARBAGE.length)] ?? null;
  if (random() < 0.12 || typeof value !== 'object' || value === null) return random() < 0.5 ? garbage() : [value];
  const keys = Object.keys(value);
  const key = keys[Math.floor(random() * keys.length)];
  if (key === undefined) return garbage();
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? mutate(item, random) : item));
  if (random() < 0.15) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: mutate(value[key] ?? null, random) };
}

/** Mulberry32: a small generator whose whole state is the seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
