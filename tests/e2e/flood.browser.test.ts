import type { FlowDocument } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSER_LIMITS, isBrowserSkipped, launchBrowser, STEP_MS } from '../support/browser.ts';
import { createApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';
import { postWebhook } from './post-webhook.ts';
import { startProduct, type Product } from './start-product.ts';

vi.setConfig(BROWSER_LIMITS);

const COMMENTS = 1_000;
/** Comments in one delivery. */
const TOGETHER = 250;

/** Sends nothing: what is asked is how the page takes it. */
const FLOW: FlowDocument = {
  formatVersion: 1,
  name: 'Everybody writes at once',
  connections: { shop: { platform: 'instagram', label: 'Your Instagram account' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'any', keywords: [], posts: 'any', includeReplies: false },
    },
    tag: { type: 'contacts/tag', v: 1, config: { add: ['wrote'], remove: [] } },
  },
  edges: [{ from: 'asked.matched', to: 'tag' }],
};

describe.skipIf(isBrowserSkipped)('the list of runs', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    page = await browser.newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  it('shows the last of a thousand runs that came at once, and fetched the list a few times only', async () => {
    const call = createApiClient(product.url, product.apiKey);
    const flow = await call(api.flows.import, { body: FLOW });
    await call(api.flows.publish, { params: { id: flow.id }, body: {} });
    const { items: connections } = await call(api.connections.list);
    const account = connections.find((each) => each.isSandbox)?.externalId ?? '';
    await page.goto(product.signInLink);
    await page.goto(`${product.url}/runs`);
    await page.getByText('No runs yet').waitFor();

    const fetched: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/') && pathname !== '/api/live') fetched.push(pathname);
    });
    const beganMs = performance.now();
    const bodies = Array.from({ length: COMMENTS / TOGETHER }, (_, part) => deliveryOf(account, part * TOGETHER));
    const answers = await Promise.all(bodies.map((body) => postWebhook(product, body)));
    expect(answers.map((answer) => answer.status)).toEqual(bodies.map(() => 200));
    const newest = await eventually('all runs have succeeded', async () => {
      const { items: open } = await call(api.runs.events, { query: { state: 'pending', limit: 1 } });
      const { items } = await call(api.runs.list, { query: { limit: 1 } });
      return open.length === 0 && items[0]?.status === 'succeeded' ? items[0] : undefined;
    });

    const first = page.getByTestId('run-row').first();
    await vi.waitFor(async () => expect(await first.getAttribute('data-run-id')).toBe(newest.id), STEP_MS);
    await first.getByText('Finished').waitFor();
    const seconds = (performance.now() - beganMs) / 1_000;
    // Not one fetch per run: about one of each list that is shown per second.
    const perPath = Map.groupBy(fetched, (path) => path);
    for (const [path, times] of perPath) expect(times.length, path).toBeLessThan(10 + 4 * seconds);
    expect(problems).toEqual([]);
  });
});

/** Comments of as many people, as Meta puts them into one delivery. */
function deliveryOf(account: string, from: number): object {
  const changes = Array.from({ length: TOGETHER }, (_, index) => {
    const id = String(1_000_000 + from + index);
    const value = { id, text: 'me', from: { id: `7${id}`, username: `guest${id}` }, media: { id: '1' } };
    return { field: 'comments', value };
  });
  return { object: 'instagram', entry: [{ id: account, time: Math.floor(Date.now() / 1_000), changes }] };
}
