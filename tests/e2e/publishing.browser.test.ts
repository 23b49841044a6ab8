import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSER_LIMITS, isBrowserSkipped, launchBrowser, STEP_MS } from '../support/browser.ts';
import { startProduct, type Product } from './start-product.ts';

vi.setConfig(BROWSER_LIMITS);

describe.skipIf(isBrowserSkipped)('the Publishing page', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    page = await (
      await browser.newContext({ viewport: { width: 1440, height: 1100 }, timezoneId: 'Europe/Berlin' })
    ).newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('pageerror', (error) => problems.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page?.screenshot({ path: join(tmpdir(), 'heddle-publishing-test.png') });
  });

  /** Adds pictures of earlier posts of the practice account. */
  const addEarlierPictures = async (...places: number[]): Promise<void> => {
    await page.getByTestId('earlier-pictures').click();
    for (const place of places) await page.getByTestId('earlier-picture').nth(place).click();
    await page.keyboard.press('Escape');
  };
  const post = (status: string) => page.locator(`[data-testid=post-card][data-status=${status}]`);

  it('composes a carousel, mends what the check finds, publishes it, and leads to its flow', async () => {
    await page.goto(product.signInLink);
    await page.getByTestId('nav-publishing').click();
    await page.getByTestId('new-post').first().click();
    await addEarlierPictures(0, 1, 2);
    await page.getByTestId('caption').fill('Three new baskets #basket');
    await page.getByTestId('picture-address').fill('http://10.0.0.5/inside.jpg');
    await page.getByTestId('add-picture').click();
    await page.getByTestId('check-problem').getByText('cannot reach').waitFor();
    await page.getByLabel('Take out picture 4').click();

    const pictures = page.getByTestId('picture');
    const last = await pictures.nth(2).locator('img').getAttribute('src');
    await pictures.nth(2).locator('[draggable]').dragTo(pictures.nth(0));
    await pictures.nth(0).locator(`img[src="${last}"]`).waitFor();

    await page.locator('[data-testid=checks][data-good]').waitFor();
    await page.getByTestId('publish-now').click();
    await post('published').waitFor();
    expect(await post('published').getByTestId('post-link').getAttribute('href')).toContain('instagram.com/p/');
    await page.getByTestId('publishing-limit').getByText('99 of 100 left').waitFor();

    await post('published').getByLabel('More about this post').click();
    await page.getByText('Open its flow').click();
    await page.locator('.react-flow__node', { hasText: 'Prepare the post' }).waitFor();
    expect(await page.getByTestId('flow-name').inputValue()).toMatch(/^Publish posts of @/);
    await page.getByTestId('nav-publishing').click();
  });

  it('schedules a post in the zone of the browser, daylight saving time included', async () => {
    const year = new Date().getUTCFullYear() + 1;
    await page.getByTestId('new-post').first().click();
    await addEarlierPictures(3);
    await page.getByTestId('when').getByText('At a time').click();
    await page.getByTestId('local-time').fill(`${year}-07-01T09:00`);
    await page.getByTestId('schedule-words').getByText('Europe/Berlin (CEST)').waitFor();
    await page.getByTestId('schedule').click();
    await post('scheduled').waitFor();
    expect(await post('scheduled').textContent()).toContain('09:00 · Europe/Berlin (CEST)');
  });

  it('shows why a post failed and tries it again', async () => {
    const switched = await page.request.put(`${product.url}/sandbox/instagram/_sandbox/faults`, {
      headers: { origin: product.url },
      data: {
        rules: [{ target: 'publish', outcome: { kind: 'graph-error', code: 25, subcode: 2207050 }, remaining: 1 }],
      },
    });
    expect(switched.status()).toBe(200);
    await page.getByTestId('new-post').first().click();
    await addEarlierPictures(4);
    await page.getByTestId('caption').fill('Second try');
    await page.getByTestId('publish-now').click();
    await post('failed').getByTestId('post-reason').getByText('restricted').waitFor();
    await post('failed').getByTestId('try-again').click();
    await post('published').getByText('Second try').waitFor();
    expect(problems).toEqual([]);
  });
});
