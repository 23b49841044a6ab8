import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const get = async (path: string) => (await server.call('GET', path)).body;
const post = (path: string, body?: unknown) => server.call('POST', path, body);
const drafts = async (query = '') => (await get(`/api/products/drafts${query}`)).items;

describe('a scan of the sandbox account', () => {
  it('starts the flow made from the template, reads every post and leaves a draft for each', async () => {
    const started = await post('/api/instagram/scan', {});
    expect(started).toMatchObject({ status: 202, body: { status: 'running', limit: 200, progress: { done: 0 } } });
    const { id } = started.body;
    const scan = await server.until(async () => {
      const now = await get(`/api/instagram/scan/${id}`);
      return now.status === 'running' ? undefined : now;
    });
    expect(scan).toMatchObject({ status: 'done', reason: null, etaSeconds: null });
    expect(scan.progress.total).toBeGreaterThan(5);
    expect(scan.progress).toMatchObject({
      listed: scan.progress.total,
      done: scan.progress.total,
      drafts: scan.progress.total,
    });
    const flows = (await get('/api/flows')).items;
    expect(flows.map((flow: { id: string; state: string }) => [flow.id, flow.state])).toContainEqual([
      scan.flowId,
      'live',
    ]);
    const { items, counts } = await get('/api/products/drafts');
    expect(items).toHaveLength(scan.progress.total);
    expect(counts).toMatchObject({
      all: scan.progress.total,
      high: items.filter((item: { needsReview: boolean }) => !item.needsReview).length,
    });
    expect(items.filter((item: { priceMinor: number | null }) => item.priceMinor !== null).length).toBeGreaterThan(3);
  });

  it('again makes no second draft of any post, and uses the same flow', async () => {
    const before = await drafts();
    const { body: scan } = await post('/api/instagram/scan', {});
    await server.until(async () =>
      (await get(`/api/instagram/scan/${scan.id}`)).status === 'done' ? true : undefined,
    );
    expect((await drafts()).map((draft: { id: string }) => draft.id)).toEqual(
      before.map((draft: { id: string }) => draft.id),
    );
    const history = await get('/api/instagram/sync-history');
    expect(history.items.map((item: { flowId: string }) => item.flowId)).toEqual([scan.flowId, scan.flowId]);
    expect(history.metrics).toMatchObject({ scans: 2, successRate: 1, approvalRate: null });
    expect((await get('/api/instagram/sync-history?limit=1')).nextCursor).not.toBeNull();
  });

  it('refuses an account of nobody, and a second end', async () => {
    expect((await post('/api/instagram/scan', { connectionId: '01890a5d-ac96-774b-bcce-b302099a8057' })).status).toBe(
      404,
    );
    const [scan] = (await get('/api/instagram/sync-history')).items;
    expect(await post(`/api/instagram/scan/${scan.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'RUN_NOT_ACTIVE' },
    });
  });
});

describe('drafts', () => {
  it('are listed by filter and page', async () => {
    const all = await drafts();
    const [high, low] = [await drafts('?filter=high'), await drafts('?filter=low')];
    expect(high.length + low.length).toBe(all.length);
    expect(high.every((draft: { needsReview: boolean }) => !draft.needsReview)).toBe(true);
    expect(await drafts('?filter=expiring')).toEqual([]);
    const first = await get('/api/products/drafts?limit=2');
    const second = await get(`/api/products/drafts?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map((draft) => draft.id)).toEqual(
      all.slice(0, 4).map((draft: { id: string }) => draft.id),
    );
  });

  it('are corrected, approved once, and taken back', async () => {
    const [draft] = await drafts();
    const changed = await server.call('PATCH', `/api/products/drafts/${draft.id}`, {
      name: 'Kikapu kizuri',
      priceMinor: 250_000,
      currency: 'KES',
      variants: [{ option: 'Size', value: 'M', priceMinor: null }],
    });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Kikapu kizuri', isEdited: true, needsReview: false } });
    const { body } = await post(`/api/products/drafts/${draft.id}/approve`);
    expect(body).toMatchObject({
      draft: { status: 'approved', productId: body.product.id },
      product: { slug: 'kikapu-kizuri', priceMinor: 250_000, images: [draft.pictureUrl], status: 'active' },
    });
    expect((await post(`/api/products/drafts/${draft.id}/approve`)).body.product.id).toBe(body.product.id);
    expect((await get('/api/products')).items.map((product: { id: string }) => product.id)).toEqual([body.product.id]);
    expect((await get('/api/products?search=KIZURI')).items).toHaveLength(1);
    expect(await server.call('PATCH', `/api/products/drafts/${draft.id}`, { name: 'Late' })).toMatchObject({
      status: 409,
      body: { code: 'DRAFT_DECIDED' },
    });
    expect((await post(`/api/products/drafts/${draft.id}/reopen`)).body).toMatchObject({
      status: 'pending',
      productId: null,
      name: 'Kikapu kizuri',
    });
    expect((await get('/api/products')).items).toEqual([]);
  });

  it('are rejected with a reason, and taken back', async () => {
    const [draft] = await drafts();
    expect((await post(`/api/products/drafts/${draft.id}/reject`, { reason: 'Sold out' })).body).toMatchObject({
      status: 'rejected',
      reason: 'Sold out',
    });
    expect(await post(`/api/products/drafts/${draft.id}/approve`)).toMatchObject({
      status: 409,
      body: { code: 'DRAFT_DECIDED' },
    });
    expect(await drafts('?status=rejected')).toMatchObject([{ id: draft.id, reason: 'Sold out' }]);
    expect((await post(`/api/products/drafts/${draft.id}/reopen`)).body).toMatchObject({
      status: 'pending',
      reason: null,
    });
  });

  it('need a name and a price to be approved; many at once are approved each by itself, with slugs of their own', async () => {
    const [first, second, third] = await drafts();
    const set = (id: string, body: object) => server.call('PATCH', `/api/products/drafts/${id}`, body);
    await set(first.id, { name: 'Vase', priceMinor: 90_000, currency: 'KES' });
    await set(second.id, { name: 'Vase', priceMinor: 45_000, currency: 'UGX' });
    await set(third.id, { name: 'Vase', priceMinor: null });
    expect(await post(`/api/products/drafts/${third.id}/approve`)).toMatchObject({
      status: 422,
      body: { code: 'DRAFT_INCOMPLETE', detail: 'The draft "Vase" lacks a price.' },
    });
    const { body } = await post('/api/products/drafts/batch-approve', {
      ids: [first.id, second.id, third.id, '01890a5d-ac96-774b-bcce-b302099a8057'],
    });
    expect(body).toMatchObject({
      approved: [first.id, second.id],
      refused: [{ id: third.id, code: 'DRAFT_INCOMPLETE' }, { code: 'NOT_FOUND' }],
    });
    expect((await get('/api/products')).items.map((product: { slug: string }) => product.slug).toSorted()).toEqual([
      'vase',
      'vase-2',
    ]);
  });

  it('become products by themselves when they are sure enough', async () => {
    expect(await get('/api/catalog/settings')).toEqual({ autoApproveFrom: null, currency: 'KES' });
    expect((await server.call('PUT', '/api/catalog/settings', { autoApproveFrom: 0.8, currency: 'KES' })).body).toEqual(
      { autoApproveFrom: 0.8, currency: 'KES' },
    );
    const sure = (await drafts()).filter(
      (draft: { confidence: number; needsReview: boolean; isEdited: boolean }) =>
        draft.confidence >= 0.8 && !draft.needsReview && !draft.isEdited,
    );
    expect(sure.length).toBeGreaterThan(0);
    const { body: scan } = await post('/api/instagram/scan', {});
    await server.until(async () =>
      (await get(`/api/instagram/scan/${scan.id}`)).status === 'done' ? true : undefined,
    );
    const approved = (await drafts('?status=approved')).map((draft: { id: string }) => draft.id);
    for (const draft of sure) expect(approved).toContain(draft.id);
  });
});
