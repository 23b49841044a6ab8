import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_ADVICE, findChromium } from '../../scripts/ensure-chromium.mjs';

/** For `describe.skipIf(isBrowserSkipped)` around browser tests. */
export const isBrowserSkipped = process.env['HEDDLE_SKIP_BROWSER'] === '1';

/**
 * Starts a headless Chromium for a test file; the caller closes it.
 *
 * @throws Error that says how to get a Chromium when there is none.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (!executablePath) throw new Error(`Browser tests need a Chromium, and none was found. ${CHROMIUM_ADVICE}`);
  // Its own sandbox needs rights that root in a container does not have; the pages are all ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
