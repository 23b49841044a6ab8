import type { Load } from './load.ts';

/** An engine under test. All run the same flow: webhook → condition on the text → set the answer → one POST to the platform. */
export interface Engine {
  readonly name: string;
  /** Version and settings, for the table. */
  readonly about: string;
  /** Where its webhook is and in what form it wants events. */
  readonly webhook: Pick<Load, 'url' | 'form' | 'accountId'>;
  /** Makes its data and its flow; leaves it stopped. Called once. */
  prepare(): Promise<void>;
  /** Starts it and waits until it may get webhooks. @throws Error when it is not ready in time; then some of it may still run */
  start(withinMs?: number): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** As its owner would stop it; nothing of it runs any more. */
  stop(): Promise<void>;
  /** Whether it says that nothing is left to do; undefined when it cannot say. */
  isIdle(): Promise<boolean | undefined>;
  /** Ids of the events whose outcome it says it does not know. */
  held(): Promise<ReadonlySet<string>>;
}

/** What engines are made with. */
export interface EngineOptions {
  /** Base URL of the platform; replies go to `/v25.0/<id of the event>/replies`. */
  readonly platformUrl: string;
  /** A directory of its own, which exists. */
  readonly dataDir: string;
}
