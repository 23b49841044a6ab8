import type { SandboxSettingsPatch } from '@heddle/nodes/sandbox';
import type { PostView } from '@heddle/schemas/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
let connectionId: string;
const SANDBOX = '/sandbox/instagram';

beforeAll(async () => {
  server = await startTestServer();
  connectionId = (await server.call('GET', '/api/connections')).body.items[0].id;
  await settings({ variants: { imageProcessingMs: 50 } });
});
afterAll(() => server.stop());

const settings = async (patch: SandboxSettingsPatch): Promise<void> => {
  expect((await server.call('PUT', `${SANDBOX}/_sandbox/faults`, patch)).status).toBe(200);
};
const picture = (name: string, altText = '') => ({
  url: `${server.url}${SANDBOX}/cdn/t51.82787-15/${name}.jpg`,
  altText,
});
const create = async (body: object): Promise<PostView> => {
  const answer = await server.call('POST', '/api/social/posts', {
    connectionId,
    media: [picture('basket-round')],
    ...body,
  });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};
const settled = (id: string): Promise<PostView> =>
  server.until(async () => {
    const post = (await server.call('GET', `/api/social/posts/${id}`)).body;
    return post.status === 'publishing' || post.status === 'scheduled' ? undefined : post;
  });
/** Captions that the platform really published, in order. */
const published = async (): Promise<string[]> =>
  (await server.call('GET', `${SANDBOX}/_sandbox/ledger?kind=publish&limit=500`)).body.entries.map(
    (entry: { text: string }) => entry.text,
  );

describe('a post', () => {
  it('with one picture is published by a flow that was made for the account', async () => {
    const made = await create({
      caption: 'One basket',
      media: [picture('basket-round', 'A round basket')],
      publishNow: true,
    });
    expect(made).toMatchObject({ status: 'publishing', kind: 'image', attempt: 1 });
    const post = await settled(made.id);
    expect(post).toMatchObject({ status: 'published', reason: null });
    expect(post.permalink).toMatch(/^https:\/\/www\.instagram\.com\/p\//);
    expect(post.steps.map((step) => step.state)).toEqual(['done', 'done', 'done', 'done']);
    const flow = (await server.call('GET', `/api/flows/${post.flowId}`)).body;
    expect(flow).toMatchObject({ name: expect.stringMatching(/^Publish posts of @/), state: 'live' });
  });

  it('with several pictures becomes one carousel, by the same flow', async () => {
    const made = await create({
      caption: 'Three baskets',
      media: ['basket-round', 'basket-tall', 'basket-set'].map((name) => picture(name)),
      publishNow: true,
    });
    expect(await settled(made.id)).toMatchObject({ status: 'published', kind: 'carousel' });
    expect((await published()).filter((text) => text === 'Three baskets')).toHaveLength(1);
    const flows = (await server.call('GET', '/api/flows')).body.items.filter((flow: { triggers: string[] }) =>
      flow.triggers.includes('publishing/post-due'),
    );
    expect(flows).toHaveLength(1);
  });

  it('that is due is published once, and not before', async () => {
    const past = new Date(Date.now() - 30_000).toISOString().slice(0, 16);
    const later = await create({
      caption: 'Next year',
      schedule: { localTime: `${new Date().getUTCFullYear() + 1}-06-01T09:00`, timeZone: 'Africa/Nairobi' },
    });
    expect(later).toMatchObject({ status: 'scheduled', scheduledAt: expect.stringMatching(/-06-01T06:00:00\.000Z$/) });
    const due = await create({ caption: 'Due now', schedule: { localTime: past, timeZone: 'UTC' } });
    expect(await settled(due.id)).toMatchObject({ status: 'published' });
    expect((await published()).filter((text) => text === 'Due now')).toHaveLength(1);
    expect(await published()).not.toContain('Next year');
    expect((await server.call('DELETE', `/api/social/posts/${later.id}`)).status).toBe(204);
  });
});

describe('when the answer to the publish call is lost', () => {
  it('after it had its effect, the post is found at Instagram and not published again', async () => {
    await settings({
      rules: [{ target: 'publish', outcome: { kind: 'disconnect', afterEffect: true }, remaining: 1 }],
    });
    const made = await create({ caption: 'Lost answer', publishNow: true });
    // A lost answer is asked for after 20 s.
    const post = await settled(made.id);
    expect(post).toMatchObject({ status: 'published', permalink: expect.stringContaining('/p/') });
    expect((await published()).filter((text) => text === 'Lost answer')).toHaveLength(1);
  });
});

describe('what Instagram refuses', () => {
  it('for a moment is tried again before the publish call only', async () => {
    await settings({
      rules: [{ target: 'container', outcome: { kind: 'graph-error', code: 2, isTransient: true }, remaining: 1 }],
    });
    const made = await create({ caption: 'Second try', publishNow: true });
    expect(await settled(made.id)).toMatchObject({ status: 'published' });
  });

  it('at the publish call fails with the reason, and "try again" publishes it once', async () => {
    await settings({
      rules: [{ target: 'publish', outcome: { kind: 'graph-error', code: 2, isTransient: true }, remaining: 1 }],
    });
    const made = await create({ caption: 'Refused once', publishNow: true });
    const failed = await settled(made.id);
    expect(failed).toMatchObject({ status: 'failed', reason: expect.stringContaining('temporary fault'), attempt: 1 });
    expect(failed.steps.map((step) => step.state)).toEqual(['done', 'done', 'done', 'failed']);
    // Its event is over: taking it again must publish nothing.
    const event = (await server.call('GET', '/api/events?kind=publishing/post-due')).body.items[0];
    expect((await server.call('POST', `/api/events/${event.id}/replay`)).body.code).toBe('EVENT_NOT_REPLAYABLE');
    const again = await server.until(async () => {
      const answer = await server.call('POST', `/api/social/posts/${made.id}/retry`);
      return answer.status === 202 ? answer.body : undefined;
    });
    expect(again).toMatchObject({ status: 'publishing', attempt: 2 });
    expect(await settled(made.id)).toMatchObject({ status: 'published' });
    expect((await published()).filter((text) => text === 'Refused once')).toHaveLength(1);
    expect((await server.call('POST', `/api/social/posts/${made.id}/retry`)).body.code).toBe('POST_STATE_CONFLICT');
  });
});

describe('checking', () => {
  it('says what is wrong and what to do, and stores nothing', async () => {
    const body = {
      connectionId,
      caption: '#a '.repeat(31),
      media: [{ url: 'http://10.0.0.1/a.jpg' }, { url: `${server.url}${SANDBOX}/cdn/t51.82787-15/none.jpg` }],
    };
    const { body: check } = await server.call('POST', '/api/social/validate', body);
    expect(check).toMatchObject({ isValid: false, counts: { hashtags: 31 }, quota: { total: 100 } });
    expect(check.problems.map((problem: { code: string }) => problem.code)).toEqual([
      'caption.tooManyHashtags',
      'media.notPublic',
      'media.unreachable',
    ]);
    expect(check.problems.every((problem: { remedy: string }) => problem.remedy !== '')).toBe(true);
    const before = (await server.call('GET', '/api/social/posts')).body.items.length;
    expect((await server.call('POST', '/api/social/posts', { ...body, publishNow: true })).body.code).toBe(
      'SEND_INVALID',
    );
    expect((await server.call('GET', '/api/social/posts')).body.items).toHaveLength(before);
  });

  it('shows what is left of the limit', async () => {
    const { items } = (await server.call('GET', '/api/social/limits')).body;
    const used = (await published()).length;
    expect(items).toEqual([
      expect.objectContaining({ connectionId, summary: `${100 - used} of 100 left`, problem: null, nextFreeAt: null }),
    ]);
  });
});

describe('changing', () => {
  it('goes for drafts and scheduled posts only', async () => {
    const draft = await create({ caption: 'A draft', media: [] });
    expect(draft).toMatchObject({ status: 'draft', scheduledAt: null });
    const year = new Date().getUTCFullYear() + 1;
    const scheduled = (
      await server.call('PATCH', `/api/social/posts/${draft.id}`, {
        media: [picture('tray')],
        schedule: { localTime: `${year}-01-02T10:00`, timeZone: 'Europe/Berlin' },
      })
    ).body;
    expect(scheduled).toMatchObject({ status: 'scheduled', scheduledAt: `${year}-01-02T09:00:00.000Z`, revision: 2 });
    expect((await server.call('PATCH', `/api/social/posts/${draft.id}`, { schedule: null })).body).toMatchObject({
      status: 'draft',
      scheduledAt: null,
    });
    expect((await server.call('POST', `/api/social/posts/${draft.id}/retry`)).body.code).toBe('POST_STATE_CONFLICT');
    const started = await server.call('POST', `/api/social/posts/${draft.id}/publish`);
    expect(started).toMatchObject({ status: 202, body: { status: 'publishing' } });
    await settled(draft.id);
    expect((await server.call('PATCH', `/api/social/posts/${draft.id}`, { caption: 'Too late' })).body.code).toBe(
      'POST_STATE_CONFLICT',
    );
  });

  it('refuses a time that is over, a day that is not in the calendar and a zone that does not exist', async () => {
    for (const schedule of [
      { localTime: '2020-01-01T10:00', timeZone: 'UTC' },
      { localTime: '2030-02-30T10:00', timeZone: 'UTC' },
      { localTime: '2030-02-03T10:00', timeZone: 'Mars/Base' },
    ]) {
      const answer = await server.call('POST', '/api/social/posts', {
        connectionId,
        caption: '',
        media: [picture('tray')],
        schedule,
      });
      expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    }
  });
});

it('a flow that somebody paused is not made live again: the post says why', async () => {
  const flow = (await server.call('GET', '/api/flows')).body.items.find((item: { triggers: string[] }) =>
    item.triggers.includes('publishing/post-due'),
  );
  await server.call('POST', `/api/flows/${flow.id}/pause`);
  const made = await create({ caption: 'Paused', publishNow: true });
  expect(made).toMatchObject({ status: 'failed', reason: expect.stringContaining('is not live for it') });
  await server.call('POST', `/api/flows/${flow.id}/resume`);
  expect((await server.call('POST', `/api/social/posts/${made.id}/retry`)).status).toBe(202);
  expect(await settled(made.id)).toMatchObject({ status: 'published' });
});
