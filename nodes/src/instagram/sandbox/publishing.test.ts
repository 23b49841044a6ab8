import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, listenAnywhere, startHarness } from './sandbox-harness.ts';
import type { Answer, Harness } from './sandbox-harness.ts';

let h: Harness;
let files = '';
let picture = '';

/** The start of a JPEG: just the frame header that tells its size. */
function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]), frame]);
}

function movie(...boxes: string[]): Buffer {
  return Buffer.concat(
    ['ftyp', ...boxes].map((type) => Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from(type), Buffer.alloc(8)])),
  );
}

const contents: Readonly<Record<string, Buffer>> = {
  '/square.jpg': jpeg(1080, 1080),
  '/portrait.jpg': jpeg(1080, 1350),
  '/tall.jpg': jpeg(1080, 1440),
  '/wide.jpg': jpeg(1910, 1000),
  '/panorama.jpg': jpeg(2000, 1000),
  '/real.png.jpg': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]),
  '/big.jpg': Buffer.concat([jpeg(1080, 1080), Buffer.alloc(8 * 1024 * 1024)]),
  '/good.mp4': movie('moov', 'mdat'),
  '/late.mp4': movie('mdat', 'moov'),
};
const server = createServer((req, res) => {
  const content = contents[req.url ?? ''];
  return content ? res.end(content) : res.writeHead(404).end();
});

beforeAll(async () => {
  files = `http://127.0.0.1:${await listenAnywhere(server)}`;
  h = await startHarness();
  picture = `${h.base}/cdn/t51.82787-15/bouquet.jpg`;
});
afterAll(async () => {
  await h.close();
  server.close();
});
beforeEach(() => {
  h.clock.nowMs += 86_400_000 + 1; // a new day for quota and containers
});

const create = (body: object): Promise<Answer> => h.graph('POST', `/v25.0/${ACCOUNT}/media`, body);
const publish = (id: string): Promise<Answer> =>
  h.graph('POST', `/v25.0/${ACCOUNT}/media_publish`, { creation_id: id });
const status = async (id: string): Promise<unknown> =>
  (await h.graph('GET', `/v25.0/${id}?fields=status_code,status`)).body['status_code'];
const idOf = (answer: Answer): string => String(answer.body['id']);

describe('what is refused at once', () => {
  it.each([
    ['4:5', '/portrait.jpg', null],
    ['1.91:1', '/wide.jpg', null],
    ['3:4', '/tall.jpg', '36003/2207009'],
    ['2:1', '/panorama.jpg', '36003/2207009'],
    ['PNG', '/real.png.jpg', '36001/2207005'],
    ['more than 8 MB', '/big.jpg', '36000/2207004'],
    ['nothing there', '/none.jpg', '9004/2207052'],
  ])('image: %s', async (_name, path, error) => {
    expect((await create({ image_url: `${files}${path}` })).error).toBe(error);
  });

  it.each([
    ['caption of 2200', { caption: 'a'.repeat(2200) }, null],
    ['caption of 2201', { caption: 'a'.repeat(2201) }, '36004/2207010'],
    ['31 hashtags', { caption: Array.from({ length: 31 }, (_, n) => `#t${n}`).join(' ') }, '100/2207040'],
    ['21 mentions', { caption: Array.from({ length: 21 }, (_, n) => `@u${n}`).join(' ') }, '100/2207040'],
    ['unknown media type', { media_type: 'GIF' }, '100/2207023'],
    ['4 collaborators', { collaborators: ['a', 'b', 'c', 'd'] }, '100'],
    ['tags without place', { user_tags: [{ username: 'a' }] }, '100'],
    ['a param of Facebook Login', { product_tags: [] }, '100'],
  ])('%s', async (_name, over, error) => {
    expect((await create({ image_url: picture, ...over })).error).toBe(error);
  });

  it('single videos, non-ASCII addresses, carousels of one or eleven', async () => {
    expect((await create({ video_url: `${files}/good.mp4`, media_type: 'VIDEO' })).error).toBe('100/2207023');
    expect((await create({ image_url: `${files}/körbe.jpg` })).error).toBe('9004/2207052');
    expect((await create({ media_type: 'CAROUSEL', children: ['1'] })).error).toBe('100/2207028');
    expect((await create({ media_type: 'CAROUSEL', children: Array.from({ length: 11 }, () => '1') })).error).toBe(
      '100/2207028',
    );
    expect((await create({ media_type: 'CAROUSEL', children: ['1', '2'] })).error).toBe('24/2207008');
  });
});

describe('life of a container', () => {
  it('goes from in progress to finished to published, once', async () => {
    const id = idOf(await create({ image_url: picture, caption: 'Habari #maua' }));
    expect(await status(id)).toBe('IN_PROGRESS');
    expect((await publish(id)).error).toBe('9007/2207027');
    h.clock.nowMs += 1000;
    expect(await status(id)).toBe('FINISHED');
    const published = await publish(id);
    expect(await status(id)).toBe('PUBLISHED');
    expect((await publish(id)).error).toBe('24/2207006');
    const media = await h.graph(
      'GET',
      `/v25.0/${idOf(published)}?fields=permalink,shortcode,caption,media_type,media_url`,
    );
    expect(media.body).toMatchObject({
      caption: 'Habari #maua',
      media_type: 'IMAGE',
      media_url: picture,
      permalink: expect.stringContaining('/p/'),
    });
    expect((await h.ledger()).filter((entry) => entry.kind === 'publish' && entry.id === idOf(published))).toHaveLength(
      1,
    );
  });

  it('expires after 24 hours', async () => {
    const id = idOf(await create({ image_url: picture }));
    h.clock.nowMs += 86_400_000 + 1;
    expect(await status(id)).toBe('EXPIRED');
    expect((await publish(id)).error).toBe('24/2207008');
  });

  it('tells a bad video by its status', async () => {
    const good = idOf(await create({ video_url: `${files}/good.mp4`, media_type: 'REELS' }));
    const bad = idOf(await create({ video_url: `${files}/late.mp4`, media_type: 'REELS' }));
    const missing = idOf(await create({ video_url: `${files}/none.mp4`, media_type: 'REELS' }));
    expect(await status(bad)).toBe('IN_PROGRESS');
    h.clock.nowMs += 6000;
    expect(await status(good)).toBe('FINISHED');
    expect((await h.graph('GET', `/v25.0/${bad}?fields=status_code,status`)).body).toMatchObject({
      status_code: 'ERROR',
      status: 'Error: Media upload has failed with error code 2207026',
    });
    expect((await h.graph('GET', `/v25.0/${missing}?fields=status`)).body['status']).toContain('2207052');
    expect((await publish(good)).error).toBeNull();
  });

  it('makes a carousel of finished items, which counts as one post', async () => {
    const items = [
      idOf(await create({ image_url: picture, is_carousel_item: true })),
      idOf(await create({ image_url: `${files}/square.jpg`, is_carousel_item: true })),
    ];
    expect((await create({ media_type: 'CAROUSEL', children: items })).error).toBe('9007/2207027');
    h.clock.nowMs += 1000;
    const id = idOf(await create({ media_type: 'CAROUSEL', children: items.join(','), caption: 'Two' }));
    h.clock.nowMs += 1000;
    const post = await publish(id);
    expect((await publish(items[0] ?? '')).error).toBe('100');
    expect((await h.graph('GET', `/v25.0/${idOf(post)}/children?fields=media_url`)).body['data']).toHaveLength(2);
    expect((await h.graph('GET', `/v25.0/${ACCOUNT}/content_publishing_limit?fields=quota_usage,config`)).body).toEqual(
      { data: [{ quota_usage: 1, config: { quota_total: 100, quota_duration: 86_400 } }] },
    );
  });
});

describe('limits', () => {
  it('tells what is left of the last 24 hours although the clock goes on while it looks', async () => {
    let ms = h.clock.nowMs;
    const { clock } = h;
    Object.defineProperty(clock, 'nowMs', { configurable: true, get: () => (ms += 1) });
    try {
      const answer = await h.graph('GET', `/v25.0/${ACCOUNT}/content_publishing_limit?fields=quota_usage`);
      expect(answer.body).toEqual({ data: [{ quota_usage: 0 }] });
    } finally {
      Object.defineProperty(clock, 'nowMs', { configurable: true, writable: true, enumerable: true, value: ms });
    }
  });

  it("publishes as many as the account's quota says", async () => {
    await h.set({ variants: { quotaTotal: 1 } });
    const ids = [idOf(await create({ image_url: picture })), idOf(await create({ image_url: picture }))];
    h.clock.nowMs += 1000;
    expect((await publish(ids[0] ?? '')).error).toBeNull();
    expect((await publish(ids[1] ?? '')).error).toBe('9/2207042');
    await h.set({ variants: { quotaTotal: 100 } });
  });

  it('makes 400 containers a day', async () => {
    for (let number = 0; number < 400; number += 1) expect((await create({ image_url: picture })).error).toBeNull();
    expect((await create({ image_url: picture })).error).toBe('9/2207042');
  });
});
