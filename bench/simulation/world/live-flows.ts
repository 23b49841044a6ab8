import { compileFlow, RUNTIME_CAPABILITIES, type Program } from '@heddle/engine';
import type { LiveFlow } from '../host/live-run.ts';
import { createPrng, type Prng } from '../prng.ts';
import { CALLEE, randomFlow, registry } from './random-flow.ts';

/** Compiling costs more than many simulations; seeds share this many flows, in all combinations. */
const FLOWS = 2_000;
const CALLED_FLOWS = 300;

const programs = new Map<string, Program>();

/** One to three flows, live at once, and mostly one that they call. */
export function drawLiveFlows(random: Prng): LiveFlow[] {
  const flows: LiveFlow[] = Array.from({ length: random.between(1, 3) }, (_, number) => ({
    number,
    name: `flow-${number}`,
    program: programOf(random.int(FLOWS), 'live'),
    priority: random.int(3),
    inputs: {},
  }));
  const program = programOf(random.int(CALLED_FLOWS), 'called');
  if (random.chance(0.9)) flows.push({ number: flows.length, name: CALLEE, program, priority: 0, inputs: {} });
  return flows;
}

function programOf(flowSeed: number, purpose: 'live' | 'called'): Program {
  const key = `${purpose} ${flowSeed}`;
  let program = programs.get(key);
  if (program === undefined) {
    const document = randomFlow(createPrng(purpose === 'live' ? flowSeed : flowSeed + FLOWS), flowSeed, purpose);
    program = compileFlow(document, registry, { capabilities: RUNTIME_CAPABILITIES }).program;
    programs.set(key, program);
  }
  return program;
}
