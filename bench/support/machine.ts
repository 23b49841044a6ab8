import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, freemem, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { LatencyHistogram } from './latency-histogram.ts';

const FLUSHES = 50;

/**
 * Says on what a benchmark ran: without it a figure means nothing.
 *
 * @param diskDir A directory on the disk that the benchmark writes to; how long a flush takes there is measured.
 */
export function describeMachine(diskDir: string): string {
  const processors = cpus();
  return [
    `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}`,
    `${gigabytes(totalmem())} GB memory (${gigabytes(freemem())} free)`,
    `disk flush p50 ${medianFlushMs(diskDir).toFixed(2)} ms`,
    `${platform()} ${release()}`,
    `Node ${process.versions.node}`,
  ].join(', ');
}

function gigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

/** Appends 4 KiB and flushes, as a commit does. */
function medianFlushMs(dir: string): number {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `flush-${process.pid}`);
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  const flushes = new LatencyHistogram();
  for (let index = 0; index < FLUSHES; index += 1) {
    writeSync(file, block);
    const startedAtMs = performance.now();
    fdatasyncSync(file);
    flushes.record(performance.now() - startedAtMs);
  }
  closeSync(file);
  rmSync(path);
  return flushes.percentileMs(50);
}
