import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSER_LIMITS, isBrowserSkipped, launchBrowser, STEP_MS } from '../support/browser.ts';
import { startProduct, type Product } from './start-product.ts';

vi.setConfig(BROWSER_LIMITS);

/** Where the head of each of the four nodes is dropped, in pixels from the upper left corner of the canvas. */
const PLAN = [
  { type: 'instagram/comment-received', at: { x: 220, y: 80 } },
  { type: 'instagram/reply-to-comment', at: { x: 620, y: 80 } },
  { type: 'instagram/private-reply', at: { x: 220, y: 420 } },
  { type: 'contacts/tag', at: { x: 620, y: 420 } },
] as const;

describe.skipIf(isBrowserSkipped)('a marketer in the browser', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, acceptDownloads: true });
    page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`);
    });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  // What the page showed when it went wrong says more than the error.
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page?.screenshot({ path: join(tmpdir(), 'heddle-browser-test.png') });
  });

  it('draws a flow, publishes it, plays the customer, sees the run, and takes the flow out and in again', async () => {
    await page.goto(product.signInLink);
    await page.getByTestId('template-blank').click();

    for (const { type, at } of PLAN) await drop(page, type, at);
    const [comment, reply, message, tag] = PLAN.map(({ type }) => card(page, type));
    if (!comment || !reply || !message || !tag) throw new Error('four nodes are in the plan');
    await connect(page, comment, 'matched', reply);
    await connect(page, reply, 'sent', message);
    await connect(page, message, 'sent', tag);

    await comment.click();
    await addWord(page, 'price');
    await fillInspector(page, reply, 'Thank you! Look into your messages.');
    await fillInspector(
      page,
      message,
      'Hi {{ contact.firstName | default: "there" }}, it is KES 2,500. Shall we send one?',
    );
    await tag.click();
    await addWord(page, 'asked-price');

    await page.getByTestId('publish').click();
    await page.getByTestId('confirm-publish').click();
    await page.locator('[data-testid="flow-state"][data-state="live"]').waitFor();
    const flowUrl = page.url();

    await playCustomer(page, 'PRICE?', 'Thank you! Look into your messages.', 'it is KES 2,500');
    await seeRun(page, 4);

    const file = await exportFlow(page, flowUrl);
    expect(file).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/); // no id of ours
    await page.getByTestId('flow-menu').first().click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('Deleted', { exact: false }).first().waitFor();

    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByTestId('import-flow').click()]);
    await chooser.setFiles({ name: 'flow.json', mimeType: 'application/json', buffer: Buffer.from(file) });
    await page.locator('[data-node-id]').nth(3).waitFor();
    expect(await page.locator('[data-node-id]').count()).toBe(4);
    await page.getByTestId('publish').click();
    await page.getByTestId('confirm-publish').click();
    await page.locator('[data-testid="flow-state"][data-state="live"]').waitFor();
    await playCustomer(page, 'price please', 'Thank you! Look into your messages.', 'it is KES 2,500');
    expect(problems).toEqual([]);
  });
});

function card(page: Page, type: string): Locator {
  return page.locator(`[data-node-id][data-node-type="${type}"]`);
}

/** Drags an entry of the palette onto the canvas. */
async function drop(page: Page, type: string, at: { x: number; y: number }): Promise<void> {
  const entry = page.getByLabel('Palette').locator(`[data-node-type="${type}"]`);
  await entry.scrollIntoViewIfNeeded();
  await entry.dragTo(page.getByTestId('canvas'), { targetPosition: at });
  await card(page, type).waitFor();
}

/** Drags from an exit to the entry of a card, as a hand would: press, move in small steps, let go. */
async function connect(page: Page, from: Locator, port: string, to: Locator): Promise<void> {
  const start = await centreOf(from.locator(`[data-port="${port}"].react-flow__handle`));
  const end = await centreOf(to.locator('[data-port="in"]'));
  const edges = await page.locator('.react-flow__edge').count();
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 8 });
  await page.mouse.move(end.x, end.y, { steps: 8 });
  await page.mouse.up();
  await page.locator('.react-flow__edge').nth(edges).waitFor({ state: 'attached' });
}

async function centreOf(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('nothing to be seen there');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Opens a node and writes its first text. */
async function fillInspector(page: Page, node: Locator, text: string): Promise<void> {
  await node.click();
  const field = page.getByLabel('Settings', { exact: true }).locator('textarea, [contenteditable="true"]').first();
  await field.click();
  await field.fill(text);
}

/** Adds to the first list of words in the settings of the open node. */
async function addWord(page: Page, word: string): Promise<void> {
  const field = page.getByLabel('Settings', { exact: true }).locator('.mantine-TagsInput-inputField').first();
  await field.fill(word);
  await field.press('Enter');
}

/** Comments under the newest post as the first persona and waits for both answers. */
async function playCustomer(page: Page, text: string, publicReply: string, privateReply: string): Promise<void> {
  if (!(await page.getByTestId('phone').isVisible())) await page.getByTestId('toggle-phone').click();
  await page.getByTestId('phone-open-comments').first().click();
  await page.getByTestId('phone-comment-input').fill(text);
  await page.getByTestId('phone-comment-send').click();
  await page
    .locator('[data-testid="phone-comment-item"][data-by="business"]', { hasText: publicReply })
    .last()
    .waitFor();
  await page.getByTestId('phone-private-reply-link').last().click();
  await page.getByTestId('phone-bubble').filter({ hasText: privateReply }).last().waitFor();
}

/** Opens the newest run and waits until so many nodes are drawn as finished on the canvas. */
async function seeRun(page: Page, nodes: number): Promise<void> {
  await page.goto(new URL('/runs', page.url()).href);
  await page.locator('a[href^="/runs/"]').first().click();
  await page.getByTestId('canvas').waitFor();
  await page
    .locator('[data-node-id] [data-status="succeeded"]')
    .nth(nodes - 1)
    .waitFor();
}

async function exportFlow(page: Page, flowUrl: string): Promise<string> {
  await page.goto(flowUrl);
  await page.getByTestId('flow-menu').first().click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export as a file' }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}
