import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api, type RunSummary } from '@heddle/schemas/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSER_LIMITS, isBrowserSkipped, launchBrowser, STEP_MS } from '../support/browser.ts';
import { createApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';
import { startProduct, type Product } from './start-product.ts';

vi.setConfig(BROWSER_LIMITS);

const PRODUCTS = ['Soy candle', 'Kiondo basket', 'Red vase', 'Blue vase'];

describe.skipIf(isBrowserSkipped)('the Approvals page', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  let call: ReturnType<typeof createApiClient>;
  let flowId: string;
  const problems: string[] = [];

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    call = createApiClient(product.url, product.apiKey);
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('pageerror', (error) => problems.push(error.message));
    flowId = await publishFlow();
    for (const [index, name] of PRODUCTS.entries()) {
      await call(api.flows.run, {
        params: { id: flowId },
        body: { data: { name, priceMinor: 125_000, currency: 'KES' } },
      });
      // Runs go on side by side; the page lists what was asked first at the top.
      await eventually(`question ${index + 1}`, async () => (await openQuestions()).length === index + 1 || undefined);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page?.screenshot({ path: join(tmpdir(), 'heddle-approvals-test.png') });
  });

  /** Asks whether to add a product; tells the members when the answer is no. */
  async function publishFlow(): Promise<string> {
    const flow = await call(api.flows.import, {
      body: {
        formatVersion: 1,
        name: 'Catalog check',
        nodes: {
          start: { type: 'core/manual', v: 1, config: {} },
          ask: {
            type: 'core/wait-for-approval',
            v: 1,
            config: {
              title: 'Add {{ trigger.data.name }}?',
              text: 'Check the price.',
              timeout: { amount: 1, unit: 'days' },
            },
          },
          yes: { type: 'core/stop', v: 1, config: {} },
          no: {
            type: 'core/notify-members',
            v: 1,
            label: 'Tell the team',
            config: { text: '{{ trigger.data.name }} stays out: {{ nodes.ask.note | default: "no reason" }}' },
          },
        },
        edges: [
          { from: 'start.matched', to: 'ask' },
          { from: 'ask.approved', to: 'yes' },
          { from: 'ask.rejected', to: 'no' },
        ],
      },
    });
    await call(api.flows.publish, { params: { id: flow.id }, body: {} });
    return flow.id;
  }

  const openQuestions = async () => (await call(api.runs.approvals)).items;
  const ended = async (count: number): Promise<RunSummary[]> =>
    eventually(`${count} runs that have ended`, async () => {
      const { items } = await call(api.runs.list, { query: { flowId } });
      const over = items.filter((run) => run.endedAt !== null);
      return over.length === count ? over : undefined;
    });
  const card = (name: string) => page.getByRole('article', { name: `Add ${name}?` });

  /** Presses "Undo" the moment it appears, from within the page: the time for it runs there too. */
  const undoAsSoonAsOffered = () =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const look = () => {
            const button = document.querySelector<HTMLElement>('[data-testid="undo"]');
            if (button === null) requestAnimationFrame(look);
            else resolve(button.click());
          };
          look();
        }),
    );

  it('shows what is asked, takes a decision back, and lets the run go on with a note', async () => {
    await page.goto(product.signInLink);
    await page.getByTestId('nav-approvals').click();
    await page.getByTestId('approval').nth(3).waitFor();
    // The number comes by a request of its own.
    await page.getByTestId('badge-approvals').filter({ hasText: /^4$/ }).waitFor();
    expect(await card('Soy candle').getByText('KES 1,250').count()).toBe(1);

    // By keyboard to the second one, rejected, and taken back.
    await page.keyboard.press('j');
    await page.locator('[data-testid="approval"][aria-current="true"]', { hasText: 'Kiondo basket' }).waitFor();
    const undone = undoAsSoonAsOffered();
    await page.keyboard.press('r');
    await undone;
    await card('Kiondo basket').waitFor();
    expect(await openQuestions()).toHaveLength(4);

    await card('Soy candle').getByTestId('add-note').click();
    await card('Soy candle').getByTestId('approval-note').fill('The price is right');
    await card('Soy candle').getByTestId('approve').click();
    await card('Soy candle').waitFor({ state: 'detached' });
    const [run] = await ended(1);
    const { nodes } = await call(api.runs.get, { params: { id: run?.id ?? '' } });
    expect(nodes.find((node) => node.node === 'ask')).toMatchObject({
      port: 'approved',
      output: { note: 'The price is right' },
    });
  });

  it('lets a question go that somebody else has decided, and decides the others at once', async () => {
    const [first] = await openQuestions();
    if (first === undefined) throw new Error('there is no question left');
    const { runId, position } = first;
    await call(api.runs.decide, { params: { id: runId, position }, body: { decision: 'approved' } });
    await card('Kiondo basket').waitFor({ state: 'detached' });

    await page.getByTestId('select-all').check();
    const many = page.getByTestId('reject-many');
    expect(await many.textContent()).toBe('Reject 2');
    await many.click();
    await page.getByText('Nothing waits for you').waitFor();
    await ended(4);
    await page.getByTestId('badge-approvals').waitFor({ state: 'detached' });

    await page.getByTestId('tab-decided').click();
    await page.getByTestId('decision').nth(3).waitFor();
    expect(await page.locator('[data-testid="decision"][data-decision="rejected"]').count()).toBe(2);
    expect(await page.getByText('“The price is right”').count()).toBe(1);
  });

  it('rings for what the flow told, once for each member', async () => {
    await page.locator('[data-testid="notice-bell"][data-unread="2"]').click();
    const notice = page.getByTestId('notice').filter({ hasText: 'Red vase stays out: no reason' });
    await notice.getByRole('link').click();
    await page.getByTestId('run-page').waitFor();
    await page.locator('[data-testid="notice-bell"][data-unread="1"]').click();
    await page.getByTestId('notices-read').click();
    await page.locator('[data-testid="notice-bell"][data-unread="0"]').waitFor();
    expect(problems).toEqual([]);
  });
});
