import type { HandlerRegistry, RateLimit } from '@heddle/engine';
import type { Bug } from '../bugs.ts';
import type { Judge } from '../judge.ts';
import type { ModelPlatform } from '../model/platform.ts';
import type { Store } from '../model/store.ts';
import type { Prng } from '../prng.ts';
import type { Process, Scheduler } from '../scheduler.ts';
import type { Trace } from '../trace.ts';
import type { LiveFlow } from './live-run.ts';

/** Everything the processes of a simulation share: the world outside of them. */
export interface World {
  readonly random: Prng;
  readonly scheduler: Scheduler;
  readonly store: Store;
  readonly platform: ModelPlatform;
  readonly judge: Judge;
  readonly trace: Trace;
  readonly bugs: ReadonlySet<Bug>;
  readonly registry: HandlerRegistry;
  readonly flows: readonly LiveFlow[];
  /** What the platform allows of the one account. */
  readonly limits: readonly RateLimit[];
  /** Whether calls that fail pause the account. */
  readonly hasBreaker: boolean;
  /** Draws how long a call to the database takes; may throw a `DatabaseError` before or after the effect. */
  database<T>(process: Process, label: string, effect: () => T): Promise<T>;
}
