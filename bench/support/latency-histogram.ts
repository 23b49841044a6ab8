/** Keeps every sample, so percentiles are exact: 8 bytes each, which a million samples can afford. */
export class LatencyHistogram {
  #samplesMs = new Float64Array(1024);
  #count = 0;
  #isSorted = true;

  get count(): number {
    return this.#count;
  }

  record(ms: number): void {
    if (this.#count === this.#samplesMs.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#samplesMs);
      this.#samplesMs = larger;
    }
    this.#samplesMs[this.#count] = ms;
    this.#count += 1;
    this.#isSorted = false;
  }

  /** Runs the work and records how long it took, also when it fails. */
  async time<T>(work: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    try {
      return await work();
    } finally {
      this.record(performance.now() - startedAtMs);
    }
  }

  /**
   * The smallest sample that at least `percent` of all samples do not exceed (nearest rank), in ms.
   *
   * @param percent Above 0, at most 100.
   * @returns NaN when there is no sample.
   */
  percentileMs(percent: number): number {
    const samples = this.#samplesMs.subarray(0, this.#count);
    if (!this.#isSorted) samples.sort();
    this.#isSorted = true;
    return samples[Math.max(0, Math.ceil((percent / 100) * this.#count) - 1)] ?? Number.NaN;
  }

  /** The usual four, in ms, with two decimals. */
  summary(): { p50Ms: number; p95Ms: number; p99Ms: number; maxMs: number } {
    const rounded = (percent: number): number => Math.round(this.percentileMs(percent) * 100) / 100;
    return { p50Ms: rounded(50), p95Ms: rounded(95), p99Ms: rounded(99), maxMs: rounded(100) };
  }
}
