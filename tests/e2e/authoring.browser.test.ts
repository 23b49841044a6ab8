import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api } from '@heddle/schemas/api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSER_LIMITS, isBrowserSkipped, launchBrowser, STEP_MS } from '../support/browser.ts';
import { createApiClient } from './api-client.ts';
import { startProduct, type Product } from './start-product.ts';

vi.setConfig(BROWSER_LIMITS);

describe.skipIf(isBrowserSkipped)('authoring a flow in the browser', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const call = () => createApiClient(product.url, product.apiKey);

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`);
    });
    await page.goto(product.signInLink);
    await page.getByTestId('template-blank').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  // What the page showed when it went wrong says more than the error.
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page?.screenshot({ path: join(tmpdir(), 'heddle-authoring-test.png') });
  });

  it('compares a version with the draft, goes back to it, and undoes that', async () => {
    const flow = await call()(api.flows.create, { body: { templateId: 'price-on-comment' } });
    const params = { id: flow.id };
    const published = await call()(api.flows.publish, { params, body: {} });
    const { config } = published.draft.nodes['message'] ?? { config: {} };
    await call()(api.flows.change, {
      params,
      body: {
        baseRevision: published.draftRevision,
        operations: [
          { kind: 'setConfig', id: 'message', config: { ...config, text: 'Shall I send you the price?' } },
          { kind: 'removeNode', id: 'goodbye' },
          { kind: 'moveNodes', to: { asked: [-200, 0] } },
        ],
      },
    });
    await page.goto(new URL(`/flows/${flow.id}`, product.url).href);
    await page.getByTestId('flow-menu').first().click();
    await page.getByRole('menuitem', { name: 'Versions' }).click();
    await page.locator('[data-version="1"]').click();
    await page.getByTestId('compare-summary').waitFor();
    expect(await page.getByTestId('compare-summary').textContent()).toBe('1 removed, 1 changed');
    const dialog = page.getByRole('dialog', { name: 'Compare versions' });
    await dialog.locator('[data-node-id="goodbye"][data-change="removed"]').waitFor();
    await dialog.locator('[data-node-id="message"][data-change="changed"]').waitFor();
    await dialog.getByText('Shall I send you the price?').first().waitFor();
    await dialog.locator('.fe-change[data-kind="nodeChanged"]').click();
    await dialog.locator('[data-node-id="message"][data-selected="true"]').waitFor();

    await page.getByTestId('go-back').click();
    await page.locator('[data-node-id="goodbye"]').waitFor();
    await page.getByTestId('undo').click();
    await page.locator('[data-node-id="goodbye"]').waitFor({ state: 'detached' });
    await page.locator('[data-save="saved"]').waitFor();
    expect(problems).toEqual([]);
  });

  it('writes a test case in a form, is told that it fails before publishing, and mends it', async () => {
    const made = await call()(api.flows.create, { body: { templateId: 'price-on-comment' } });
    const params = { id: made.id };
    await call()(api.flows.change, {
      params,
      body: { baseRevision: made.draftRevision, operations: [{ kind: 'setTests', tests: [] }] },
    });
    await page.goto(new URL(`/flows/${made.id}`, product.url).href);
    await page.getByTestId('toggle-tests').click();
    const tests = page.getByLabel('Tests', { exact: true });
    await tests.getByTestId('new-case').click();
    await page.getByRole('menuitem', { name: 'From scratch' }).click();
    await tests.getByLabel('Text', { exact: true }).first().fill('How much is it?');
    await tests.getByTestId('run-case').click();
    await tests.locator('[data-testid="case-result"][data-passed="false"]').waitFor();
    await tests.getByText('Sent but not expected', { exact: false }).first().waitFor();
    // The path that the case took is drawn over the flow.
    await page.locator('[data-node-id="publicReply"][data-status="succeeded"]').waitFor();

    await page.getByTestId('publish').click();
    await page.locator('[data-testid="publish-tests"][data-failed="1"]').waitFor();
    expect(await page.getByTestId('publish-anyway').isVisible()).toBe(true);
    await page.getByTestId('look-at-tests').click();

    await tests.getByTestId('take-seen').click();
    await tests.getByTestId('run-case').click();
    await tests.locator('[data-testid="case-result"][data-passed="true"]').waitFor();
    await page.getByTestId('publish').click();
    await page.locator('[data-testid="publish-tests"][data-failed="0"]').waitFor();
    await page.getByTestId('confirm-publish').click();
    await page.getByText('Version 1 is live.').waitFor();
    const stored = await call()(api.flows.get, { params });
    expect(stored.draft.tests?.[0]?.given.events).toEqual([
      { kind: 'instagram/comment', data: { text: 'How much is it?' } },
    ]);
    expect(problems).toEqual([]);
  });
});
