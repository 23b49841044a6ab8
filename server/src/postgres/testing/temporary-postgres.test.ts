import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, vi } from 'vitest';

it('is gone with its files when the process that started it is killed', async () => {
  const parentDir = mkdtempSync(join(tmpdir(), 'heddle-temporary-'));
  const module = new URL('temporary-postgres.ts', import.meta.url).href;
  const program = `
    const { startTemporaryPostgres } = await import(${JSON.stringify(module)});
    await startTemporaryPostgres({ parentDir: ${JSON.stringify(parentDir)} });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) if (line === 'ready') break;
  expect(readdirSync(parentDir)).toHaveLength(1);

  child.kill('SIGKILL');
  await exit;
  await vi.waitFor(() => expect(readdirSync(parentDir)).toEqual([]), { timeout: 50_000 });
  rmSync(parentDir, { recursive: true });
});
