import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_ADVICE, findChromium } from '../../scripts/ensure-chromium.mjs';

/** For `describe.skipIf(isBrowserSkipped)` around browser tests. */
export const isBrowserSkipped = process.env['HEDDLE_SKIP_BROWSER'] === '1';

/** For `vi.setConfig` in a file of browser tests: a start of product and browser takes a minute on a machine with other work. */
export const BROWSER_LIMITS = { testTimeout: 240_000, hookTimeout: 240_000 };
/** For one step of a page; also what is drawn at once takes seconds on a machine with other work. */
export const STEP_MS = 60_000;

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
