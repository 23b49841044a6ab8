import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter } from 'vitest/node';

/**
 * Writes `{ passed, failed, skipped }` as JSON to the file named by `HEDDLE_TEST_TOTALS`. A test file that cannot be
 * loaded and an error outside of any test count as one failed test each: they must not look like a green run.
 */
export class TestTotalsReporter implements Reporter {
  onTestRunEnd(...[modules, unhandledErrors]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    const file = process.env['HEDDLE_TEST_TOTALS'];
    if (!file) return;
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        totals[state] += 1;
        if (state === 'failed') failedHere += 1;
      }
      if (!module.ok() && failedHere === 0) totals.failed += 1;
    }
    const { passed, failed, skipped, pending } = totals;
    mkdirSync(dirname(file), { recursive: true });
    // `pending`: tests that never ran because the run was cut short
    writeFileSync(file, JSON.stringify({ passed, failed, skipped: skipped + pending }));
  }
}
