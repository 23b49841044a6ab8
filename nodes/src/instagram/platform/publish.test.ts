import { FlowError, type PlatformAction } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { fakeAccount } from './fake-account.ts';
import { performAction, toGraphCall } from './perform.ts';
import { readFromInstagram } from './read.ts';
import { reconcileAction } from './reconcile.ts';
import { validateAction } from './validate-action.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const nowMs = () => NOW_MS;
const publish: PlatformAction = { kind: 'publishContainer', containerId: 'c1', caption: 'Hello' };
const listing = {
  data: [
    { id: 'm9', caption: 'Other', timestamp: '2026-11-21T12:00:00+0000' },
    { id: 'm1', caption: 'Hello', timestamp: '2026-11-21T11:59:58+0000' },
  ],
};
const refusal = (code: number, subcode: number) => ({
  status: 400,
  headers: {},
  body: { error: { code, error_subcode: subcode, message: 'no' } },
});

describe('calls', () => {
  it('name what Instagram asks for, and nothing that is empty', () => {
    const image: PlatformAction = {
      kind: 'createContainer',
      container: { kind: 'image', url: 'https://x/a.jpg', altText: '', caption: 'Hi #a' },
    };
    expect(toGraphCall(image, '17')).toEqual({
      path: '/v25.0/17/media',
      body: { image_url: 'https://x/a.jpg', caption: 'Hi #a' },
    });
    const item: PlatformAction = {
      kind: 'createContainer',
      container: { kind: 'item', url: 'https://x/a.jpg', altText: 'A basket' },
    };
    expect(toGraphCall(item, '17').body).toEqual({
      image_url: 'https://x/a.jpg',
      alt_text: 'A basket',
      is_carousel_item: true,
    });
    const carousel: PlatformAction = {
      kind: 'createContainer',
      container: { kind: 'carousel', childIds: ['1', '2'], caption: '' },
    };
    expect(toGraphCall(carousel, '17').body).toEqual({ media_type: 'CAROUSEL', children: ['1', '2'] });
    expect(toGraphCall(publish, '17')).toEqual({ path: '/v25.0/17/media_publish', body: { creation_id: 'c1' } });
  });

  it('are refused before they are made when Instagram would refuse them', () => {
    const image = (caption: string, url = 'https://x/a.jpg'): PlatformAction => ({
      kind: 'createContainer',
      container: { kind: 'image', url, altText: '', caption },
    });
    expect(validateAction(image('x'.repeat(2200)))).toEqual([]);
    expect(validateAction(image('x'.repeat(2201)))).toHaveLength(1);
    expect(validateAction(image('', 'a.jpg'))).toHaveLength(1);
    expect(validateAction({ ...publish, containerId: '' })).toHaveLength(1);
  });
});

describe('a publish call whose answer was lost', () => {
  const outcome = async (status: string, agoMs: number) =>
    (await reconcileAction(publish, NOW_MS - agoMs, fakeAccount({ status_code: status }, listing), nowMs)).outcome;

  it.each([
    ['PUBLISHED', 10_000, 'sent'],
    ['FINISHED', 10_000, 'unknown'],
    ['IN_PROGRESS', 90_000, 'unknown'],
    ['FINISHED', 90_000, 'notSent'],
    ['ERROR', 10_000, 'notSent'],
    ['EXPIRED', 10_000, 'notSent'],
  ])('%s after %i ms: %s', async (status, agoMs, expected) => {
    expect(await outcome(status, agoMs)).toBe(expected);
  });

  it('finds the post by its caption, and is sent even when the list does not show it yet', async () => {
    const found = await reconcileAction(
      publish,
      NOW_MS - 10_000,
      fakeAccount({ status_code: 'PUBLISHED' }, listing),
      nowMs,
    );
    expect(found).toEqual({ outcome: 'sent', receipt: { platformId: 'm1' } });
    const late = await reconcileAction(
      publish,
      NOW_MS - 10_000,
      fakeAccount({ status_code: 'PUBLISHED' }, { data: [] }),
      nowMs,
    );
    expect(late).toEqual({ outcome: 'sent', receipt: { platformId: null } });
  });

  it('a container that nobody knows of does no harm', async () => {
    const action: PlatformAction = {
      kind: 'createContainer',
      container: { kind: 'item', url: 'https://x/a.jpg', altText: '' },
    };
    expect(await reconcileAction(action, NOW_MS, fakeAccount(), nowMs)).toEqual({ outcome: 'notSent' });
  });
});

describe('a refused publish call', () => {
  it('is a success when the container is published already', async () => {
    const account = fakeAccount(refusal(24, 2207006), { status_code: 'PUBLISHED' }, listing);
    expect(await performAction(publish, account, nowMs)).toEqual({ platformId: 'm1' });
    expect(account.calls.map((call) => call.method)).toEqual(['POST', 'GET', 'GET']);
  });

  it('is final when the container is not, and open when the container cannot be read', async () => {
    const fails = (...answers: Parameters<typeof fakeAccount>) =>
      performAction(publish, fakeAccount(...answers), nowMs).catch((error: unknown) => error);
    expect(await fails(refusal(25, 2207050), { status_code: 'FINISHED' })).toMatchObject({
      code: 'PLATFORM_ACCOUNT_PAUSED',
      details: { sent: false },
    });
    expect(await fails(refusal(24, 2207006), { status: 503, headers: {}, body: null })).toMatchObject({
      code: 'PLATFORM_UNAVAILABLE',
      details: { sent: true },
    });
  });

  it('for the quota or a container that is not ready asks nothing more', async () => {
    const quota = fakeAccount(refusal(9, 2207042));
    await expect(performAction(publish, quota, nowMs)).rejects.toMatchObject({
      code: 'PLATFORM_RATE_LIMITED',
      retry: 'after',
    });
    const early = fakeAccount(refusal(9007, 2207027));
    await expect(performAction(publish, early, nowMs)).rejects.toBeInstanceOf(FlowError);
    expect([quota.calls.length, early.calls.length]).toEqual([1, 1]);
  });
});

describe('reading', () => {
  const read = (what: string, args: Record<string, string>, ...answers: Parameters<typeof fakeAccount>) =>
    readFromInstagram(what, args, fakeAccount(...answers), nowMs);

  it('says why a container failed and whether a new one may succeed', async () => {
    const state = (status: string) => read('container', { containerId: 'c1' }, { status_code: 'ERROR', status });
    expect(await state('Error: Media upload has failed with error code 2207026')).toMatchObject({
      canBeMadeAnew: false,
      reason: expect.stringContaining('MP4'),
    });
    expect(await state('Error: Media upload has failed with error code 2207003')).toMatchObject({
      canBeMadeAnew: true,
    });
    expect(await state('')).toMatchObject({ reason: 'Instagram could not prepare the post.', canBeMadeAnew: false });
  });

  it('takes the limit from the account and does not assume one', async () => {
    const answer = { data: [{ quota_usage: 88, config: { quota_total: 100, quota_duration: 86_400 } }] };
    expect(await read('publishingLimit', {}, answer)).toEqual({ used: 88, total: 100, windowSeconds: 86_400 });
    await expect(read('publishingLimit', {}, { data: [] })).rejects.toMatchObject({ code: 'PLATFORM_ANSWER_INVALID' });
  });
});
