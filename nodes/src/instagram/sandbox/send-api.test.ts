import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IGSID, listenAnywhere, startHarness } from './sandbox-harness.ts';
import type { Harness } from './sandbox-harness.ts';

let h: Harness;
let filesUrl = '';
const files = createServer((req, res) => {
  if (req.url === '/page.html') return res.setHeader('content-type', 'image/jpeg').end('<html>not a picture</html>');
  if (req.url === '/huge.jpg')
    return res
      .setHeader('content-type', 'image/jpeg')
      .setHeader('content-length', String(9 * 1024 * 1024))
      .end(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(9 * 1024 * 1024 - 3)]));
  if (req.url === '/moved.jpg') return res.writeHead(302, { location: '/page.html' }).end();
  return res.writeHead(404).end();
});

beforeAll(async () => {
  filesUrl = `http://127.0.0.1:${await listenAnywhere(files)}`;
  h = await startHarness();
});
afterAll(async () => {
  await h.close();
  files.close();
});
beforeEach(async () => {
  h.clock.nowMs += 2000; // a new second for the per-second limits
  await h.act('lena', { kind: 'text', text: 'Guten Tag' });
});

const card = (over: object): object => ({
  attachment: {
    type: 'template',
    payload: { template_type: 'generic', elements: [{ title: 'Vase', subtitle: 'blue', ...over }] },
  },
});
const button = (over: object): object => ({ type: 'postback', title: 'Buy', payload: 'BUY', ...over });
const cards = (count: number): object => ({
  attachment: {
    type: 'template',
    payload: {
      template_type: 'generic',
      elements: Array.from({ length: count }, () => ({ title: 'Vase', subtitle: 'x' })),
    },
  },
});
const chips = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ content_type: 'text', title: `Chip ${index}`, payload: `P${index}` }));

describe('what a message may hold', () => {
  const table: readonly (readonly [name: string, message: object, error: string | null])[] = [
    ['text of 1000 bytes', { text: 'a'.repeat(1000) }, null],
    ['text of 1001 bytes', { text: 'a'.repeat(1001) }, '100/2534015'],
    ['500 two-byte letters', { text: 'ä'.repeat(500) }, null],
    ['501 two-byte letters, 1002 bytes', { text: 'ä'.repeat(501) }, '100/2534015'],
    ['empty text', { text: ' ' }, '100/2534015'],
    ['neither text nor attachment', {}, '100/2534015'],
    ['text and attachment in one bubble', { text: 'a', attachment: { type: 'like_heart' } }, '100/2534015'],
    ['a key that does not exist', { text: 'a', buttons: [] }, '100'],
    ['a heart', { attachment: { type: 'like_heart' } }, null],
    ['13 quick replies', { text: 'Pick', quick_replies: chips(13) }, null],
    ['14 quick replies', { text: 'Pick', quick_replies: chips(14) }, '100/2534015'],
    ['quick replies without text', { attachment: { type: 'like_heart' }, quick_replies: chips(1) }, '100/2534015'],
    [
      'quick reply without payload',
      { text: 'Pick', quick_replies: [{ content_type: 'text', title: 'Yes' }] },
      '100/2534015',
    ],
    [
      'quick reply with a payload of 1001',
      { text: 'Pick', quick_replies: [{ content_type: 'text', title: 'Yes', payload: 'x'.repeat(1001) }] },
      '100/2534015',
    ],
    ['quick reply of another kind', { text: 'Pick', quick_replies: [{ content_type: 'location' }] }, '100'],
    ['10 cards', cards(10), null],
    ['11 cards', cards(11), '100/2534015'],
    ['no card', cards(0), '100/2534015'],
    ['card title of 81', card({ title: 'x'.repeat(81) }), '100/2534015'],
    ['card subtitle of 81', card({ subtitle: 'x'.repeat(81) }), '100/2534015'],
    [
      'card with nothing but a title',
      { attachment: { type: 'template', payload: { template_type: 'generic', elements: [{ title: 'Vase' }] } } },
      '100/2534015',
    ],
    ['3 buttons', card({ buttons: [button({}), button({}), button({})] }), null],
    ['4 buttons', card({ buttons: [button({}), button({}), button({}), button({})] }), '100/2534015'],
    ['button of another type', card({ buttons: [button({ type: 'phone_number' })] }), '100/2534015'],
    [
      'web_url with half an address',
      card({ buttons: [{ type: 'web_url', title: 'Open', url: 'shop.example' }] }),
      '100/2534015',
    ],
    [
      'button template with text of 641',
      {
        attachment: {
          type: 'template',
          payload: { template_type: 'button', text: 'x'.repeat(641), buttons: [button({})] },
        },
      },
      '100/2534015',
    ],
    [
      'button template without buttons',
      { attachment: { type: 'template', payload: { template_type: 'button', text: 'x', buttons: [] } } },
      '100/2534015',
    ],
    ['own post', { attachment: { type: 'MEDIA_SHARE', payload: { id: '18000000000000012' } } }, null],
    [
      'post of somebody else',
      { attachment: { type: 'MEDIA_SHARE', payload: { id: '18000000000999999' } } },
      '100/2018074',
    ],
    ['unknown attachment id', { attachment: { type: 'image', payload: { attachment_id: '1' } } }, '100/2018074'],
  ];
  it.each(table)('%s', async (_name, message, error) => {
    expect((await h.send(IGSID.lena, message)).error).toBe(error);
  });

  it('cuts titles of buttons and quick replies after 20 characters instead of refusing them', async () => {
    await h.send(IGSID.lena, {
      text: 'Pick',
      quick_replies: [{ content_type: 'text', title: 'abcdefghijklmnopqrstuvwxyz', payload: 'P' }],
    });
    expect((await h.thread('lena')).quickReplies?.titles).toEqual(['abcdefghijklmnopqrst']);
  });

  it('accepts but never shows quick replies for phone and e-mail', async () => {
    await h.send(IGSID.lena, { text: 'Your number?', quick_replies: [{ content_type: 'user_phone_number' }] });
    expect((await h.thread('lena')).quickReplies).toBeNull();
  });
});

describe('files are fetched for real', () => {
  it.each([
    ['a picture', '/cdn/t51.82787-15/bouquet.jpg', null, true],
    ['nothing there', '/none.jpg', '100/2018008', false],
    ['a redirect', '/moved.jpg', '100/2018008', false],
    ['a page that calls itself a picture', '/page.html', '100/2018047', false],
    ['more than 8 MB', '/huge.jpg', '100/2018109', false],
  ] as const)('%s', async (_name, path, error, isSandbox) => {
    const url = `${isSandbox ? h.base : filesUrl}${path}`;
    expect((await h.send(IGSID.lena, { attachment: { type: 'image', payload: { url } } })).error).toBe(error);
  });

  it('never looks into private networks', async () => {
    expect(
      (
        await h.send(IGSID.lena, {
          attachment: { type: 'image', payload: { url: 'http://169.254.169.254/latest/meta-data/' } },
        })
      ).error,
    ).toBe('100/2018008');
  });

  it('keeps an upload for later and checks its type', async () => {
    const upload = await h.graph('POST', '/v25.0/me/message_attachments', {
      message: {
        attachment: { type: 'image', payload: { url: `${h.base}/cdn/t51.82787-15/tray.jpg`, is_reusable: true } },
      },
    });
    const id = String(upload.body['attachment_id']);
    expect(
      (await h.send(IGSID.lena, { attachment: { type: 'image', payload: { attachment_id: id } } })).error,
    ).toBeNull();
    expect((await h.send(IGSID.lena, { attachment: { type: 'video', payload: { attachment_id: id } } })).error).toBe(
      '100/2018047',
    );
    expect(
      (
        await h.send(IGSID.lena, {
          attachments: [
            { type: 'image', payload: { attachment_id: id } },
            { type: 'image', payload: { url: `${h.base}/cdn/t51.82787-15/tray.jpg` } },
          ],
        })
      ).error,
    ).toBeNull();
  });
});

describe('the envelope', () => {
  it.each([
    [
      'message with sender_action',
      { recipient: { id: IGSID.lena }, message: { text: 'a' }, sender_action: 'typing_on' },
      '100/2018014',
    ],
    ['neither', { recipient: { id: IGSID.lena } }, '100/2534015'],
    ['no recipient', { message: { text: 'a' } }, '100'],
    ['two recipients', { recipient: { id: IGSID.lena, comment_id: '1' }, message: { text: 'a' } }, '100'],
    ['nobody', { recipient: { id: '5260010000009999' }, message: { text: 'a' } }, '100/2534014'],
    ['an id of another account', { recipient: { id: '5260020000000001' }, message: { text: 'a' } }, '100/2534014'],
    [
      'a tag of Messenger',
      { recipient: { id: IGSID.lena }, message: { text: 'a' }, messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' },
      '100',
    ],
    [
      'MESSAGE_TAG without tag',
      { recipient: { id: IGSID.lena }, message: { text: 'a' }, messaging_type: 'MESSAGE_TAG' },
      '100',
    ],
    ['a parameter that does not exist', { recipient: { id: IGSID.lena }, message: { text: 'a' }, schedule: 1 }, '100'],
    ['typing', { recipient: { id: IGSID.lena }, sender_action: 'typing_on' }, null],
    ['an action that does not exist', { recipient: { id: IGSID.lena }, sender_action: 'wave' }, '100'],
  ] as const)('%s', async (_name, body, error) => {
    expect((await h.graph('POST', '/v25.0/me/messages', body)).error).toBe(error);
  });

  it('answers with recipient and message id, and sender actions without a message id', async () => {
    const sent = await h.send(IGSID.lena, { text: 'Hallo' });
    expect(sent.body).toEqual({ recipient_id: IGSID.lena, message_id: expect.stringMatching(/^aWdfZ/) });
    expect(
      (await h.graph('POST', '/v25.0/me/messages', { recipient: { id: IGSID.lena }, sender_action: 'mark_seen' })).body,
    ).toEqual({ recipient_id: IGSID.lena });
    const react = await h.graph('POST', '/v25.0/me/messages', {
      recipient: { id: IGSID.lena },
      sender_action: 'react',
      payload: { message_id: sent.body['message_id'], reaction: 'love' },
    });
    expect(react.body).toEqual({ recipient_id: IGSID.lena });
  });

  it('takes a note to oneself outside of any window', async () => {
    expect((await h.send('17841400000000001', { text: 'remember' })).error).toBeNull();
  });
});

describe('the messaging window', () => {
  it('is closed for a person who has only commented, and stays closed after a private reply', async () => {
    const commentId = await h.comment('wanjiru', '18000000000000012', 'price?');
    expect((await h.send(IGSID.wanjiru, { text: 'hi' })).error).toBe('10/2534022');
    expect((await h.privateReply(commentId)).error).toBeNull();
    expect((await h.send(IGSID.wanjiru, { text: 'and more' })).error).toBe('10/2534022');
    await h.act('wanjiru', { kind: 'text', text: 'yes please' });
    expect((await h.send(IGSID.wanjiru, { text: 'welcome' })).error).toBeNull();
  });

  it('closes 24 hours after the last message of the person; what the business sends does not extend it', async () => {
    await h.act('amina', { kind: 'text', text: 'habari' });
    h.clock.nowMs += 23 * 3_600_000;
    expect((await h.send(IGSID.amina, { text: 'nzuri' })).error).toBeNull();
    h.clock.nowMs += 3_600_000 + 1;
    expect((await h.send(IGSID.amina, { text: 'bado?' })).error).toBe('10/2534022');
  });

  it('stays open for HUMAN_AGENT until 7 days, if the app has the feature', async () => {
    const tagged = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
    await h.act('juma', { kind: 'text', text: 'niko hapa' });
    h.clock.nowMs += 6 * 86_400_000;
    expect((await h.send(IGSID.juma, { text: 'samahani' })).error).toBe('10/2534022');
    expect((await h.send(IGSID.juma, { text: 'samahani' }, tagged)).error).toBeNull();
    await h.set({ variants: { hasHumanAgentFeature: false } });
    expect((await h.send(IGSID.juma, { text: 'samahani' }, tagged)).error).toBe('10');
    await h.set({ variants: { hasHumanAgentFeature: true } });
    h.clock.nowMs += 86_400_000 + 1;
    expect((await h.send(IGSID.juma, { text: 'samahani' }, tagged)).error).toBe('10/2534022');
  });

  it('is opened again by a tap on a quick reply and on a button', async () => {
    for (const tap of ['tap-quick-reply', 'tap-button'] as const) {
      await h.act('nakato', { kind: 'text', text: 'hello' });
      const sent =
        tap === 'tap-button'
          ? await h.send(IGSID.nakato, card({ buttons: [button({})] }))
          : await h.send(IGSID.nakato, { text: 'Pick', quick_replies: chips(2) });
      h.clock.nowMs += 25 * 3_600_000;
      expect((await h.send(IGSID.nakato, { text: 'x' })).error).toBe('10/2534022');
      const mid = String(sent.body['message_id']);
      await h.act('nakato', tap === 'tap-button' ? { kind: tap, mid, buttonIndex: 0 } : { kind: tap, mid, index: 1 });
      expect((await h.send(IGSID.nakato, { text: 'x' })).error).toBeNull();
    }
  });
});

describe('people and accounts that cannot be written to', () => {
  it.each([
    ['blocked', '100/2534029'],
    ['unavailable', '551/1545041'],
    ['cannot-receive', '10/2018108'],
  ] as const)('%s', async (reach, error) => {
    await h.call('PATCH', '/_sandbox/personas/lena', { reach });
    expect((await h.send(IGSID.lena, { text: 'a' })).error).toBe(error);
    await h.call('PATCH', '/_sandbox/personas/lena', { reach: 'ok' });
  });

  it.each([
    [{ allowsMessageAccess: false }, { allowsMessageAccess: true }, '200/2534041'],
    [{ isRestricted: true }, { isRestricted: false }, '10/1893063'],
  ] as const)('%o', async (off, on, error) => {
    await h.call('PATCH', '/_sandbox/accounts/17841400000000001', off);
    expect((await h.send(IGSID.lena, { text: 'a' })).error).toBe(error);
    await h.call('PATCH', '/_sandbox/accounts/17841400000000001', on);
  });

  it('a thread that another app controls', async () => {
    const path = '/_sandbox/accounts/17841400000000001/threads/lena';
    await h.call('PATCH', path, { isOwnedByOtherApp: true });
    expect((await h.send(IGSID.lena, { text: 'a' })).error).toBe('100/2534037');
    await h.call('PATCH', path, { isOwnedByOtherApp: false });
    expect((await h.send(IGSID.lena, { text: 'a' })).error).toBeNull();
  });
});
