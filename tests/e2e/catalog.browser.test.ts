import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSER_LIMITS, isBrowserSkipped, launchBrowser, STEP_MS } from '../support/browser.ts';
import { startProduct, type Product } from './start-product.ts';

vi.setConfig(BROWSER_LIMITS);

/** With HEDDLE_SCREENSHOTS=<folder> each stage is kept as a picture. */
const SCREENSHOTS = process.env['HEDDLE_SCREENSHOTS'];

describe.skipIf(isBrowserSkipped)('the Catalog page', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('pageerror', (error) => problems.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page?.screenshot({ path: join(tmpdir(), 'heddle-catalog-test.png') });
  });

  const keep = async (name: string) => {
    if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  };

  it('scans the posts, corrects a draft, approves with undo, approves many, and lists the products', async () => {
    await page.goto(product.signInLink);
    await page.getByTestId('nav-catalog').click();
    await page.getByText('No drafts wait').waitFor();
    await keep('catalog-empty');
    await page.getByTestId('scan').click();
    await keep('catalog-scan-options');
    await page.getByTestId('start-scan').click();
    await page.getByTestId('scan-panel').waitFor();
    await keep('catalog-scanning');
    await page.getByTestId('scan-panel').waitFor({ state: 'detached' });
    const cards = page.getByTestId('draft-card');
    await cards.first().waitFor();
    await page.getByText(/^All [1-9]/).waitFor();
    await keep('catalog-drafts-light');
    if (SCREENSHOTS !== undefined) {
      await page.emulateMedia({ colorScheme: 'dark' });
      await keep('catalog-drafts-dark');
      await page.setViewportSize({ width: 390, height: 844 });
      await keep('catalog-drafts-phone');
      await page.setViewportSize({ width: 1440, height: 1000 });
      await page.emulateMedia({ colorScheme: 'light' });
    }

    // A correction is saved when the field is left, and before what the click that leaves it asks for.
    const first = cards.first();
    await first.getByLabel('Name').fill('Soy candle, amber');
    await first.getByTestId('price').fill('1250');
    await page.getByRole('article', { name: 'Soy candle, amber' }).getByText('Checked by you').waitFor();
    await first.getByTestId('approve').click();
    await page.getByText('“Soy candle, amber” is a product now.').waitFor();
    await page.getByTestId('undo').click();
    await page.getByRole('article', { name: 'Soy candle, amber' }).waitFor();

    await page.getByTestId('select-sure').click();
    const many = page.getByTestId('approve-many');
    expect(await many.textContent()).toMatch(/^Approve [1-9]/);
    await keep('catalog-selected');
    await many.click();
    await page.getByText(/drafts? (?:is a product|are products) now/).waitFor();

    await page.getByTestId('tab-products').click();
    await page.getByTestId('product-card').first().waitFor();
    expect(await page.getByTestId('product-card').getByText('Soy candle, amber').count()).toBe(1);
    expect(await page.getByTestId('product-card').getByText('KES 1,250').count()).toBe(1);
    await keep('catalog-products');
    await page.getByRole('tab', { name: 'Scans' }).click();
    await page
      .getByText(/posts read/)
      .first()
      .waitFor();
    await keep('catalog-scans');
    expect(problems).toEqual([]);
  });
});
