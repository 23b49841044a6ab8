import { defineHandler, done, suspend, type HandlerContext } from '@heddle/engine';
import { FlowError, isJsonObject, type JsonObject } from '@heddle/schemas';
import type { Static } from 'typebox';
import { listIn, numberIn, RECORDS, textIn, toMediaItem } from '../records.ts';
import { scanMedia } from './definition.ts';
import { toMediaPage } from './media-page.ts';

type Context = HandlerContext<Static<(typeof scanMedia)['config']>>;

/** 25 posts with full captions stay well below the 64 KiB that a record's page may take. */
const PAGE_SIZE = 25;
/** Pages that one visit reads in search of a post that passes the filter. */
const PAGES_PER_VISIT = 20;
/**
 * After so many posts the run steps back: its worker may look after others, and a server that is stopped now and then in a long scan is not
 * taken for one that this scan brings down.
 */
const POSTS_PER_TURN = 10;
/** Long enough for the turn to be given back, too short to be noticed. */
const STEP_BACK_MS = 100;

/**
 * The n-th visit gives the n-th post, whatever happened in between: how far the listing is stands in the scan's record, the page in hand
 * with it. A visit that runs again after a crash finds the page there and gives the same post.
 */
export const scanMediaHandler = defineHandler(scanMedia, {
  run: async (context) => {
    const { trigger, run, records, resumed, nowMs } = context;
    if (run.visit > 1 && run.visit % POSTS_PER_TURN === 1 && resumed === undefined)
      return suspend({ kind: 'time', dueAtMs: nowMs + STEP_BACK_MS });
    const scanId = textIn(isJsonObject(trigger) ? trigger['data'] : undefined, 'scanId') ?? run.id;
    let scan = await openScan(context, scanId);
    const limit = numberIn(scan, 'limit') ?? context.config.limit;
    const index = run.visit - 1;
    for (let pages = 0; ; pages++) {
      const item = toMediaItem(listIn(scan, 'page')[index - (numberIn(scan, 'pageStart') ?? 0)] ?? null);
      if (index >= limit) break;
      if (item !== undefined) return done('item', { ...item, number: index + 1, scanId });
      if (scan['isListed'] === true || pages === PAGES_PER_VISIT) break;
      scan = await readNextPage(context, scanId, scan, limit);
    }
    await records.put(RECORDS.scan, scanId, { ...scan, page: [], isListed: true, status: 'done' });
    return done('done', { scanId, posts: Math.min(numberIn(scan, 'listed') ?? 0, limit) });
  },
});

/** The record of the scan; who started it may have made it with options of their own. */
async function openScan({ config, records, read }: Context, scanId: string): Promise<JsonObject> {
  const known = await records.get(RECORDS.scan, scanId);
  if (known !== null && known['isOpen'] === true) return known;
  const options = {
    limit: config.limit,
    since: config.since ?? '',
    includeCarousels: config.includeCarousels,
    includeVideos: config.includeVideos,
  };
  return records.put(RECORDS.scan, scanId, {
    ...options,
    ...known,
    connection: config.connection,
    status: 'running',
    isOpen: true,
    accountPosts: await countPosts(read, config.connection),
    listed: 0,
    pageStart: 0,
    page: [],
    after: null,
    isListed: false,
  });
}

async function readNextPage(
  { config, records, read }: Context,
  scanId: string,
  scan: JsonObject,
  limit: number,
): Promise<JsonObject> {
  const listed = numberIn(scan, 'listed') ?? 0;
  const after = textIn(scan, 'after');
  const answer = await read(config.connection, 'media', {
    limit: PAGE_SIZE,
    ...(after === undefined ? {} : { after }),
  });
  const since = textIn(scan, 'since');
  const page = toMediaPage(answer, {
    includeCarousels: scan['includeCarousels'] !== false,
    includeVideos: scan['includeVideos'] === true,
    sinceMs: since === undefined ? null : Date.parse(since),
  });
  const items = page.items.slice(0, limit - listed);
  return records.put(RECORDS.scan, scanId, {
    ...scan,
    page: items,
    pageStart: listed,
    listed: listed + items.length,
    after: page.after,
    isListed: page.after === null || listed + items.length >= limit,
  });
}

/** How many posts the account says it has, for the progress bar; null when it does not say. */
async function countPosts(read: Context['read'], connection: string): Promise<number | null> {
  try {
    return numberIn(await read(connection, 'account', {}), 'mediaCount') ?? null;
  } catch (error) {
    // Only the progress bar is poorer for it; the listing itself reports what is really wrong.
    if (error instanceof FlowError) return null;
    throw error;
  }
}
