import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveEvent, PersonaView, PostView } from './customer-api.ts';
import { ACCOUNT, bulkComments, IGSID, startHarness } from './sandbox-harness.ts';
import type { Harness } from './sandbox-harness.ts';
import { seedPostId } from './seed.ts';
import { createFileStore } from './store/file-store.ts';

let h: Harness;
const post = seedPostId(12);
beforeEach(async () => {
  h = await startHarness();
});
afterEach(() => h.close());

describe("the customer's side", () => {
  it('shows accounts, people and posts of the seed', async () => {
    const info = await h.call('GET', '/_sandbox/');
    expect(info.body).toMatchObject({
      accounts: [{ id: ACCOUNT, username: 'maua.studio' }],
      apps: [{ isVerified: true }],
    });
    expect((info.body['personas'] as PersonaView[]).map((persona) => persona.igsid)).toEqual(Object.values(IGSID)); // typed by the API
    const posts = (await h.call('GET', `/_sandbox/accounts/${ACCOUNT}/posts`)).body['posts'] as PostView[];
    expect(posts).toHaveLength(12);
    expect(new Set(posts.map((each) => each.kind))).toEqual(new Set(['image', 'carousel', 'reel']));
    for (const url of posts.flatMap((each) => each.pictureUrls)) {
      const response = await fetch(url);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      expect((await response.arrayBuffer()).byteLength).toBeLessThan(40_000);
    }
  });

  it('draws a thread with carousel, chips, typing, seen and window', async () => {
    await h.act('lena', { kind: 'text', text: 'Hallo' });
    await h.send(IGSID.lena, {
      attachment: {
        type: 'template',
        payload: {
          template_type: 'generic',
          elements: [
            {
              title: 'Vase',
              image_url: 'https://example.com/v.jpg',
              buttons: [
                { type: 'web_url', title: 'Open', url: 'https://example.com/' },
                { type: 'postback', title: 'Buy', payload: 'BUY' },
              ],
            },
          ],
        },
      },
    });
    await h.send(IGSID.lena, { text: 'Pick', quick_replies: [{ content_type: 'text', title: 'Yes', payload: 'YES' }] });
    await h.graph('POST', '/me/messages', { recipient: { id: IGSID.lena }, sender_action: 'typing_on' });
    const thread = await h.thread('lena');
    expect(thread).toMatchObject({
      isBusinessTyping: true,
      hasConsent: true,
      folder: 'inbox',
      windowClosesAtMs: h.clock.nowMs + 86_400_000,
      quickReplies: { titles: ['Yes'] },
    });
    expect(thread.bubbles.map((bubble) => bubble.content.kind)).toEqual(['text', 'carousel', 'text']);
    const carousel = thread.bubbles[1];
    expect(await h.act('lena', { kind: 'tap-button', mid: carousel?.mid ?? '', buttonIndex: 0 })).toEqual({
      openedUrl: 'https://example.com/',
    });
    await h.act('lena', { kind: 'tap-button', mid: carousel?.mid ?? '', cardIndex: 0, buttonIndex: 1 });
    expect((await h.thread('lena')).quickReplies).toBeNull();
    expect(
      (
        await h.call('POST', '/_sandbox/act', {
          accountId: ACCOUNT,
          personaId: 'lena',
          act: { kind: 'tap-quick-reply', mid: thread.quickReplies?.mid, index: 0 },
        })
      ).status,
    ).toBe(400);
  });

  it('lays a private reply to somebody who does not follow into the requests', async () => {
    await h.privateReply(await h.comment('lena', post, 'Preis?'));
    expect((await h.thread('lena')).folder).toBe('requests');
    await h.privateReply(await h.comment('amina', post, 'bei?'));
    expect((await h.thread('amina')).folder).toBe('inbox');
  });

  it('makes new people and switches them', async () => {
    const made = await h.call('POST', '/_sandbox/personas', { name: 'Otieno Déka', language: 'fr' });
    expect(made.body).toMatchObject({ id: 'otieno.de.ka', igsid: '5260010000000006', language: 'fr' });
    await h.act('otieno.de.ka', { kind: 'text', text: 'bonjour' });
    expect((await h.send('5260010000000006', { text: 'bonjour' })).error).toBeNull();
    expect((await h.call('POST', '/_sandbox/personas', { name: 'X', username: 'juma_otieno' })).status).toBe(400);
  });

  it('refuses what is not declared as JSON, unknown pages and unknown people', async () => {
    expect(
      (
        await fetch(`${h.base}/_sandbox/reset`, {
          method: 'POST',
          body: '{}',
          headers: { 'content-type': 'text/plain' },
        })
      ).status,
    ).toBe(415);
    expect((await h.call('GET', '/_sandbox/nothing')).status).toBe(404);
    expect((await h.call('POST', '/_sandbox/personas/lena', {})).status).toBe(405);
    expect(
      (await h.call('POST', '/_sandbox/act', { accountId: ACCOUNT, personaId: 'nobody', act: { kind: 'seen' } }))
        .status,
    ).toBe(404);
    expect(
      (await h.call('POST', '/_sandbox/act', { accountId: ACCOUNT, personaId: 'lena', act: { kind: 'fly' } })).status,
    ).toBe(400);
  });
});

describe('live events', () => {
  it('stream what happens, filtered by persona', async () => {
    const abort = new AbortController();
    const response = await fetch(`${h.base}/_sandbox/events?account=${ACCOUNT}&persona=lena`, { signal: abort.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await h.act('juma', { kind: 'text', text: 'not for lena' });
    await h.comment('juma', post, 'for everybody');
    await h.act('lena', { kind: 'text', text: 'for lena' });
    let text = '';
    if (!reader) throw new Error('The stream has no body.');
    while (!text.includes('for lena')) text += (await reader.read()).value ?? '';
    abort.abort();
    const events = text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice(6)) as LiveEvent); // typed by the API
    expect(events.map((event) => event.kind)).toEqual(['comment', 'bubble']);
  });
});

describe('state', () => {
  it('is the same after a restart without a clean stop', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const first = await startHarness({ store: createFileStore(directory) });
    await first.act('lena', { kind: 'text', text: 'Hallo' });
    const sent = await first.send(IGSID.lena, { text: 'Guten Tag' });
    await first.set({ variants: { quotaTotal: 7 } });
    // a second process on what the first one left on the disk, while the first was never stopped
    const second = await startHarness({ store: createFileStore(directory) });
    expect((await second.thread('lena')).bubbles.map((bubble) => bubble.content)).toEqual([
      { kind: 'text', text: 'Hallo' },
      { kind: 'text', text: 'Guten Tag' },
    ]);
    expect((await second.ledger()).map((entry) => entry.id)).toEqual([sent.body['message_id']]);
    expect((await second.call('GET', '/_sandbox/faults')).body).toMatchObject({ variants: { quotaTotal: 7 } });
    await second.close();
    await first.close();
  });

  it('goes back to the seed on reset and keeps where webhooks go', async () => {
    await h.act('lena', { kind: 'text', text: 'Hallo' });
    const reset = await h.call('POST', '/_sandbox/reset', {});
    expect(reset.body).toMatchObject({ apps: [{ callbackUrl: h.receiver.url }] });
    expect((await h.thread('lena')).bubbles).toEqual([]);
  });

  it('jumps the clock forwards only', async () => {
    const jumped = await h.call('POST', '/_sandbox/clock', { advanceMs: 3_600_000 });
    expect(jumped.body).toEqual({ nowMs: h.clock.nowMs + 3_600_000, offsetMs: 3_600_000 });
    expect((await h.call('POST', '/_sandbox/clock', { advanceMs: -1 })).status).toBe(400);
  });

  it('takes thousands of comments at once and delivers them all', async () => {
    const { count, items } = await bulkComments(h, post, 1500);
    expect(count).toBe(1500);
    expect(new Set(items.map((item) => item.igsid)).size).toBe(1500);
    expect(await h.events()).toHaveLength(1500);
    await h.call('POST', '/_sandbox/bulk-messages', {
      accountId: ACCOUNT,
      messages: items.slice(0, 3).map((item) => ({ igsid: item.igsid, text: 'yes' })),
    });
    expect(await h.events()).toHaveLength(1503);
    expect((await h.send(items[0]?.igsid ?? '', { text: 'hi' })).error).toBeNull();
  });
});
