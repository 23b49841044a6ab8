// Takes the pictures of this folder from a Heddle that has just been started on an empty data folder:
//
//   HEDDLE_DATA_DIR=$(mktemp -d) npm start          in one terminal
//   node docs/images/take-screenshots.mjs <the sign-in link that it printed>
//
// It makes two flows from templates, publishes them, plays some customers, and looks at every page in light and dark.
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/ensure-chromium.mjs';

const SIZE = { width: 1440, height: 900 };
const SANDBOX = '/sandbox/instagram/_sandbox';
const TEXTS = ['PRICE?', 'price please', 'How much is it?', 'Price for two?', 'bei? price?'];

const link = process.argv[2];
if (link === undefined || !URL.canParse(link)) {
  console.error('Give the sign-in link that the start command printed.');
  process.exit(1);
}
const base = new URL(link).origin;
const browser = await chromium.launch({ executablePath: findChromium(process.env), args: ['--no-sandbox'] });
const page = await (await browser.newContext({ viewport: SIZE, reducedMotion: 'reduce' })).newPage();
page.setDefaultTimeout(20_000);

await page.goto(link);
await page.waitForURL(`${base}/flows`);
const shop = await readShop();
const priceFlow = await publishTemplate('price-on-comment', {
  product: 'Sunrise bouquet',
  price: 'KES 2,500',
  imageUrl: shop.posts[0].pictureUrls[0],
});
await publishTemplate('lead-capture');
await page.request.post(`${base}/api/flows`, { headers: { origin: base }, data: { name: 'Ideas for December' } });
await playCustomers();

for (const scheme of /** @type {const} */ (['light', 'dark'])) {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.evaluate((isDark) => localStorage.setItem('heddle-phone-dark', JSON.stringify(isDark)), scheme === 'dark');
  await page.goto(`${base}/flows`);
  await page.getByTestId('flow-row').first().waitFor();
  await take('flows', scheme);

  // A wider window: the canvas stands between the palette and the phone.
  await page.setViewportSize({ width: 1760, height: 960 });
  await page.goto(`${base}/flows/${priceFlow}`);
  await page.locator('[data-node-id]').first().waitFor();
  await page.getByTestId('toggle-phone').click();
  await page.getByTestId('phone-tab-messages').click();
  await page.getByTestId('phone-card').first().waitFor();
  // The canvas fits itself anew to the room that the phone leaves.
  await page.getByRole('button', { name: 'Show everything' }).first().click();
  await page.mouse.move(700, 880);
  await take('canvas', scheme);
  await page.setViewportSize(SIZE);

  await page.goto(`${base}/runs?status=succeeded`);
  await page.getByTestId('run-row').last().locator('a').first().click();
  await page.getByTestId('node-run').first().waitFor();
  await page.locator('[data-node-id]').first().waitFor();
  await take('run', scheme);

  await page.goto(`${base}/phone`);
  await page.getByTestId('phone-tab-messages').click();
  await page.getByTestId('phone-card').first().waitFor();
  await take('phone', scheme);
}
await browser.close();

/**
 * @param {string} templateId
 * @param {Record<string, string>} inputs
 * @returns {Promise<string>} The id of the flow.
 */
async function publishTemplate(templateId, inputs = {}) {
  const made = await page.request.post(`${base}/api/flows`, { headers: { origin: base }, data: { templateId } });
  const { id, bindings } = await made.json();
  await page.request.put(`${base}/api/flows/${id}/bindings`, {
    headers: { origin: base },
    data: { ...bindings, inputs: { ...bindings.inputs, ...inputs } },
  });
  const published = await page.request.post(`${base}/api/flows/${id}/publish`, { headers: { origin: base }, data: {} });
  if (!published.ok()) throw new Error(`${templateId} was not published: ${await published.text()}`);
  return id;
}

/** The sandbox's shop and its posts, newest first. */
async function readShop() {
  const info = await (await page.request.get(`${base}${SANDBOX}/`)).json();
  const accountId = info.accounts[0].id;
  const { posts } = await (await page.request.get(`${base}${SANDBOX}/accounts/${accountId}/posts`)).json();
  return { accountId, posts };
}

/** One whole conversation by hand, for the phone, and a few dozen comments by others, for the numbers. */
async function playCustomers() {
  await page.goto(`${base}/phone`);
  await page.getByTestId('phone-open-comments').first().click();
  await page.getByTestId('phone-comment-input').fill('Beautiful! PRICE?');
  await page.getByTestId('phone-comment-send').click();
  await page.getByTestId('phone-private-reply-link').first().click();
  await page.getByTestId('phone-message-input').fill('Yes please');
  await page.getByTestId('phone-message-send').click();
  await page.getByTestId('phone-card').first().waitFor();

  await page.request.post(`${base}${SANDBOX}/bulk-comments`, {
    headers: { origin: base },
    data: { accountId: shop.accountId, mediaId: shop.posts[1].id, count: 40, texts: TEXTS },
  });
  await page.goto(`${base}/runs`);
  await page.getByTestId('run-row').nth(40).waitFor();
}

/** @param {string} name @param {'light' | 'dark'} scheme */
async function take(name, scheme) {
  await page.waitForLoadState('load');
  // Pictures and fonts are there when the page says so; what slides in has a moment to arrive.
  await page.waitForTimeout(1200);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}-${scheme}.png`, import.meta.url)) });
  console.log(`${name}-${scheme}.png`);
}
