import type { Process } from '../scheduler.ts';
import type { World } from './world.ts';

/** Who takes a turn, and by which clock. */
export interface Taker {
  readonly world: World;
  readonly process: Process;
  nowMs(): number;
}
