// The browser tests drive Debian's Chromium (or any Chrome). Only the test task installs it, and only where that is
// harmless: as root on a machine with apt-get, which means a container or a CI runner.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './bootstrap/processes.mjs';
import { say, saying } from './bootstrap/progress.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const FIXED_PATHS = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
// Latin text and emoji: without them screenshots show boxes.
const PACKAGES = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'];

export const CHROMIUM_ADVICE =
  'Install Chromium ("apt-get install chromium" on Debian) or set HEDDLE_CHROMIUM to its path; ' +
  'HEDDLE_SKIP_BROWSER=1 leaves the browser tests out.';

/**
 * @param {Readonly<Record<string, string | undefined>>} env Usually `process.env`; `HEDDLE_CHROMIUM` wins.
 * @returns {string | undefined} The path of a Chromium or Chrome that can be run.
 */
export function findChromium(env) {
  const chosen = env['HEDDLE_CHROMIUM'];
  if (chosen) return isExecutable(chosen) ? chosen : undefined;
  const inPath = (env['PATH'] ?? '').split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name)));
  return [...inPath, ...FIXED_PATHS].find(isExecutable);
}

/**
 * Installs Chromium when there is none and we may. Does not fail: the browser tests then do, saying why.
 *
 * @param {Record<string, string>} env
 */
export async function ensureChromium(env) {
  if (findChromium(env)) return;
  const isRoot = process.getuid?.() === 0;
  const hasApt = (await run('apt-get', ['--version'], { env, capture: true })).code === 0;
  if (isRoot && hasApt && !env['HEDDLE_CHROMIUM']) {
    const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive' };
    await saying(`Installing ${PACKAGES.join(', ')} for the browser tests`, async () => {
      await run('apt-get', ['update', '-qq'], { env: quiet });
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], { env: quiet });
    });
  }
  if (!findChromium(env)) say(`No Chromium was found, so the browser tests will fail. ${CHROMIUM_ADVICE}`);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
