import { compileFlow, type Program } from '@heddle/engine';
import type { LiveFlow } from '../host/live-run.ts';
import { createPrng, type Prng } from '../prng.ts';
import { randomFlow, registry } from './random-flow.ts';

/** Compiling costs more than many simulations; seeds share this many flows, in all combinations. */
const FLOWS = 2_000;

const programs = new Map<number, Program>();

/** One to three flows, live at once. */
export function drawLiveFlows(random: Prng): LiveFlow[] {
  return Array.from({ length: random.between(1, 3) }, (_, number) => ({
    number,
    program: programOf(random.int(FLOWS)),
    priority: random.int(3),
    inputs: {},
  }));
}

function programOf(flowSeed: number): Program {
  let program = programs.get(flowSeed);
  if (program === undefined) {
    program = compileFlow(randomFlow(createPrng(flowSeed), flowSeed), registry).program;
    programs.set(flowSeed, program);
  }
  return program;
}
