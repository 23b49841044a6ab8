import { defineHandler, done, suspend, type HandlerContext } from '@heddle/engine';
import { FlowError, isJsonObject, type JsonValue, type PlatformAction } from '@heddle/schemas';
import type { Static } from 'typebox';
import { pollDelayMs, POLL_LIMIT_MS, readContainer } from '../container-state.ts';
import { readPost } from '../read-post.ts';
import { createContainer } from './definition.ts';

type Context = HandlerContext<Static<(typeof createContainer)['config']>>;
type Container = Extract<PlatformAction, { kind: 'createContainer' }>['container'];

/** The first try and 3 more, whether this node makes them or the flow comes back to it. */
const MOST_TRIES = 4;

/** Where a carousel stands while its pictures are being prepared. */
interface CarouselMemo {
  /** Counts up when a picture must be made anew; part of the send keys, so that nothing dead is used again. */
  readonly generation: number;
  readonly polls: number;
  readonly sinceMs: number;
}

export const createContainerHandler = defineHandler(createContainer, {
  run: async (context) => {
    const { config, trigger, run } = context;
    if (run.visit > MOST_TRIES)
      throw new FlowError(
        'PLATFORM_REFUSED',
        `Instagram could not prepare the post in ${MOST_TRIES} tries. Try again later.`,
      );
    const { caption, media } = readPost(config, trigger);
    const [first] = media;
    if (first === undefined)
      throw new FlowError('SEND_INVALID', 'The post has no picture. Add the address of a JPEG picture.');
    if (media.length > 1) return makeCarousel(context, caption, media);
    const containerId = await make(context, 'container', { kind: 'image', ...first, caption });
    return done('created', { containerId, childIds: [] });
  },
});

/** The pictures first; when Instagram has all of them, the carousel around them. */
async function makeCarousel(context: Context, caption: string, media: readonly { url: string; altText: string }[]) {
  const { config, read, nowMs } = context;
  const memo = parseMemo(context.memo, nowMs);
  const childIds: string[] = [];
  for (const [index, item] of media.entries()) {
    childIds.push(await make(context, `${memo.generation}.${index + 1}`, { kind: 'item', ...item }));
  }
  const states = await Promise.all(childIds.map((id) => readContainer(read, config.connection, id)));
  const broken = states.findIndex((state) => state.status === 'ERROR' || state.status === 'EXPIRED');
  if (broken !== -1) {
    const { reason, canBeMadeAnew } = states[broken] ?? { reason: '', canBeMadeAnew: false };
    const text = `Picture ${broken + 1}: ${reason}`;
    if (!canBeMadeAnew || memo.generation >= MOST_TRIES) throw new FlowError('PLATFORM_REFUSED', text);
    const again = { generation: memo.generation + 1, polls: 0, sinceMs: nowMs };
    return suspend({ kind: 'time', dueAtMs: nowMs + 5000 }, again);
  }
  if (states.some((state) => state.status === 'IN_PROGRESS')) {
    if (nowMs - memo.sinceMs > POLL_LIMIT_MS)
      throw new FlowError(
        'PLATFORM_REFUSED',
        'Instagram did not finish preparing the pictures in 10 minutes. Try again later.',
      );
    return suspend({ kind: 'time', dueAtMs: nowMs + pollDelayMs(memo.polls) }, { ...memo, polls: memo.polls + 1 });
  }
  const containerId = await make(context, `${memo.generation}.carousel`, { kind: 'carousel', childIds, caption });
  return done('created', { containerId, childIds });
}

async function make({ send, config }: Context, key: string, container: Container): Promise<string> {
  const { platformId } = await send({
    key,
    connection: config.connection,
    action: { kind: 'createContainer', container },
  });
  if (platformId === null)
    throw new FlowError('PLATFORM_ANSWER_INVALID', 'Instagram prepared the post without giving its id.');
  return platformId;
}

function parseMemo(memo: JsonValue | undefined, nowMs: number): CarouselMemo {
  if (!isJsonObject(memo)) return { generation: 1, polls: 0, sinceMs: nowMs };
  return { generation: Number(memo['generation']), polls: Number(memo['polls']), sinceMs: Number(memo['sinceMs']) };
}
