// Run as `node keeper.ts DIR`. Reads pids from its standard input, `+PID` to keep in mind and `-PID` to forget, one a line. When the input
// ends, that is when the bench ends in whatever way, it kills those that are left (a frozen process cannot see that its parent is gone) and
// deletes the directory.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const pids = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) pids.add(pid);
  else pids.delete(pid);
}
for (const pid of pids) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
rmSync(process.argv[2] ?? '', { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
