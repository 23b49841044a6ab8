import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { freezesPhase } from './chaos/freezes-phase.ts';
import type { Phase } from './chaos/phase.ts';
import { postgresPhase } from './chaos/postgres-phase.ts';
import { productPhase } from './chaos/product-phase.ts';
import { publicationsPhase } from './chaos/publications-phase.ts';
import { scanPhase } from './chaos/scan-phase.ts';
import { workersPhase } from './chaos/workers-phase.ts';
import { createRandom } from './product/random.ts';

export const name = 'chaos';
export const method =
  'Six ways to die, each in a world of its own: a Postgres as durable as production, the product in processes of its own, and the sandbox of ' +
  'Instagram as the judge, whose ledger lists every effect that arrived; texts name run and node, so that one that comes twice is seen. ' +
  'product: 2,000 comments with 20 % duplicates, the whole product killed 20 times. ' +
  'workers: 10,000 runs of four sends, half messages, half replies; three worker processes beside one of server and scheduler are killed with ' +
  'SIGKILL 1,000 times, half at random, half by themselves at eight named points; each takes 2 turns at once, and the platform answers in 50 ' +
  'to 200 ms. postgres: all its processes killed 50 times. freezes: 200 workers stopped for twice the lease (15 s, the one of the product), 20 at a ' +
  'time, half at named points, then continued. scan: 500 posts, each read by one paid call of a model. publications: 200 posts. What a worker had ' +
  'in its hands when it died is read from a diary that it writes before and after each commit. `--only NAME` runs one of them, `--seed S` ' +
  'repeats the moments; sizes: --comments, --product-kills, --runs, --kills, --turns, --postgres-runs, --postgres-kills, --freeze-runs, --freezes, ' +
  '--scan-posts, --scan-kills, --publications, --publication-kills.';

const PHASES: readonly Phase[] = [
  productPhase,
  workersPhase,
  postgresPhase,
  freezesPhase,
  scanPhase,
  publicationsPhase,
];

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const seed = context.numberOption('seed', 1);
  const figures: Record<string, number> = { seed };
  const goals: BenchmarkResult['goals'][number][] = [];
  for (const phase of chosenPhases(context.args)) {
    context.note(`${phase.name}: ${phase.title} (seed ${seed})`);
    const result = await runPhase(context, phase, seed);
    Object.assign(figures, result.figures);
    goals.push(...result.goals);
  }
  return { figures, goals };
}

/** @throws Error that lists the phases when `--only` names none. */
function chosenPhases(args: readonly string[]): readonly Phase[] {
  const place = args.indexOf('--only');
  const only = place < 0 ? undefined : (args[place + 1] ?? '');
  if (only === undefined) return PHASES;
  const chosen = PHASES.filter((phase) => phase.name === only);
  if (chosen.length === 0)
    throw new Error(`--only needs one of ${PHASES.map((phase) => phase.name).join(', ')}, not "${only}".`);
  return chosen;
}

/** Its processes end with the phase, so that the next one has the machine for itself; or with the bench, should it be interrupted. */
async function runPhase(context: BenchmarkContext, phase: Phase, seed: number): Promise<BenchmarkResult> {
  const cleanUps: (() => Promise<void> | void)[] = [];
  const cleanUp = async (): Promise<void> => {
    for (let next = cleanUps.pop(); next !== undefined; next = cleanUps.pop()) await next();
  };
  context.afterwards(cleanUp);
  try {
    return await phase.run({ ...context, afterwards: (work) => void cleanUps.push(work) }, createRandom(seed));
  } finally {
    await cleanUp();
  }
}
