import { defineConfig } from 'vitest/config';
import { TestTotalsReporter } from './tests/support/test-totals-reporter.ts';

const exclude = ['**/node_modules/**', '**/dist/**', '**/.tsbuild/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    // Two cores are what a small server and our CI have; Postgres and Chromium need their share.
    maxWorkers: 2,
    reporters: ['default', new TestTotalsReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{schemas,engine,nodes,editor,bench,scripts,examples}/**/*.test.{ts,tsx}'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{server,tests}/**/*.test.ts'],
          exclude,
          // One throw-away Postgres for the run; unit tests do not wait for it.
          globalSetup: ['tests/support/global-setup.ts'],
          // A start of the server alone takes ten seconds and more on a machine with other work.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
