import type { LedgerEntry, LedgerPage, PostView } from '../../nodes/src/instagram/sandbox/index.ts';
import { SEED_ACCOUNT_ID } from '../../nodes/src/instagram/sandbox/index.ts';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atLeast, atMost, exactly } from '../support/goal.ts';
import type { Random } from '../product/random.ts';
import { createDomainWorld, killWhileWorking, type DomainWorld } from './domain-world.ts';
import { pause } from './deliver.ts';
import { countBy } from './outcome.ts';
import type { Phase } from './phase.ts';

/** What the platform takes for a call and to take a picture in. */
const PLATFORM_MS = { min: 50, max: 300 };
const PICTURE_MS = 1_500;
const WORK_MS = { min: 300, max: 3_000 };
const LIMIT_MS = 240_000;
/** Posts given in at once. */
const BATCH = 4;

/** The worker dies while posts are on their way to the platform. */
export const publicationsPhase: Phase = {
  name: 'publications',
  title: 'kill -9 during publications',
  run: runPublications,
};

async function runPublications(context: BenchmarkContext, random: Random): Promise<BenchmarkResult> {
  const posts = context.numberOption('publications', 200);
  const kills = context.numberOption('publication-kills', 12);
  const world = await createDomainWorld(context, 'publications');
  await world.control('PUT', '/faults', {
    latencyMs: PLATFORM_MS,
    variants: { quotaTotal: 2 * posts, imageProcessingMs: PICTURE_MS },
  });
  const { posts: earlier } = await world.control<{ posts: PostView[] }>('GET', `/accounts/${SEED_ACCOUNT_ID}/posts`);
  const url = earlier.flatMap(({ pictureUrls }) => pictureUrls)[0] ?? '';
  context.note(`Giving in ${posts} posts while the worker is killed ${kills} times`);
  const startedMs = performance.now();
  const progress = { deaths: 0, given: 0, isOver: false };
  const giving = giveIn(world, posts, url, progress, kills);
  const states = async (): Promise<Map<string, number>> => {
    const { rows } = await world.pool.query<{ status: string }>('select status from heddle.social_post');
    return countBy(rows.map(({ status }) => status));
  };
  const ended = async (): Promise<number> => {
    const now = await states();
    return ['published', 'failed', 'unconfirmed'].reduce((sum, state) => sum + (now.get(state) ?? 0), 0);
  };
  const died = await killWhileWorking(context, world, {
    kills,
    random,
    workMs: WORK_MS,
    workDone: ended,
    isOver: async () => (await ended()) >= posts,
    onDeath: (deaths) => void (progress.deaths = deaths),
  });
  progress.isOver = true;
  await giving;
  const endMs = performance.now() + LIMIT_MS;
  while (((await states()).get('published') ?? 0) < posts && performance.now() < endMs) {
    const now = await states();
    // Nothing is on its way any more; unconfirmed posts may wait for a person.
    if (
      (now.get('publishing') ?? 0) + (now.get('scheduled') ?? 0) === 0 &&
      performance.now() > endMs - LIMIT_MS + 90_000
    )
      break;
    await pause(1_000);
  }
  const tookSeconds = Math.round((performance.now() - startedMs) / 1_000);

  const { rows } = await world.pool.query<{ caption: string; status: string; mediaId: string | null }>(
    'select caption, status, media_id as "mediaId" from heddle.social_post',
  );
  const ledger = (await readPublishes(world)).filter(({ kind }) => kind === 'publish');
  const visible = countBy(ledger.map(({ text }) => text));
  const of = (status: string): number => rows.filter((row) => row.status === status).length;
  context.table(
    'publications: posts',
    [...countBy(rows.map(({ status }) => status))].map(([state, count]) => ({ state, count })),
  );
  return {
    figures: {
      publications: posts,
      publicationKills: died,
      publicationSeconds: tookSeconds,
      published: of('published'),
      unconfirmed: of('unconfirmed'),
      publicationsFailed: of('failed'),
    },
    goals: [
      exactly(
        'publications: lost (given in, neither published nor unconfirmed)',
        posts - of('published') - of('unconfirmed'),
        0,
      ),
      exactly('publications: published twice', [...visible.values()].filter((count) => count > 1).length, 0),
      exactly(
        'publications: said to be published and not visible',
        rows.filter((row) => row.status === 'published' && !visible.has(row.caption)).length,
        0,
      ),
      atMost('publications: unconfirmed, against kills', of('unconfirmed'), died),
      atLeast('publications: share published', of('published') / posts, 0.95),
      exactly('publications: kills', died, kills),
    ],
  };
}

/** Some posts for each life of the worker, so that each has something to die in. */
async function giveIn(
  world: DomainWorld,
  posts: number,
  url: string,
  progress: { deaths: number; given: number; isOver: boolean },
  kills: number,
): Promise<void> {
  const give = async (number: number): Promise<void> => {
    const body = { connectionId: world.connectionId, caption: `Post ${number}`, media: [{ url }], publishNow: true };
    await world.server.api('POST', '/api/social/posts', body);
  };
  while (progress.given < posts) {
    const allowed = progress.isOver ? posts : (posts * (progress.deaths + 1)) / (kills + 1);
    if (progress.given >= allowed) {
      await pause(50);
      continue;
    }
    const count = Math.min(BATCH, posts - progress.given);
    await Promise.all(Array.from({ length: count }, (_, index) => give(progress.given + index + 1)));
    progress.given += count;
  }
}

async function readPublishes(world: DomainWorld): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: LedgerPage = await world.control('GET', `/ledger?after=${after}&limit=1000&kind=publish`);
    entries.push(...page.entries);
    after = page.nextAfter;
  }
  return entries;
}
