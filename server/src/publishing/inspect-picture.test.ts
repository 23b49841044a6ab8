import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPictureInspector } from './inspect-picture.ts';
import { readPictureHeader } from './picture-header.ts';

const basket = readFileSync(new URL('../../../nodes/src/instagram/sandbox/pictures/basket-round.jpg', import.meta.url));
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path === '/shop/basket.jpg') response.end(basket);
    else if (path === '/shop/moved.jpg') response.writeHead(302, { location: '/shop/basket.jpg' }).end();
    else if (path === '/shop/large.jpg') response.end(Buffer.alloc(9 * 1024 * 1024));
    else if (path === '/shop/page') response.end('<html></html>');
    else response.writeHead(path === '/secret.jpg' ? 200 : 404).end(path === '/secret.jpg' ? basket : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
});
afterAll(() => void server.close());

describe('looking at a picture', () => {
  const inspect = (path: string) => createPictureInspector({ parseUrl: (text) => new URL(text) })(`${base}${path}`);

  it('reads format, size and shape from the file itself', async () => {
    expect(await inspect('/shop/basket.jpg')).toEqual({
      format: 'jpeg',
      bytes: basket.length,
      width: 640,
      height: 640,
    });
    expect(await inspect('/shop/page')).toMatchObject({ format: 'unknown' });
  });

  it('does not follow redirects, as Instagram does not, and stops at the limit', async () => {
    await expect(inspect('/shop/moved.jpg')).rejects.toMatchObject({ code: 'HTTP_FAILED' });
    await expect(inspect('/shop/none.jpg')).rejects.toMatchObject({ message: expect.stringContaining('404') });
    expect((await inspect('/shop/large.jpg')).bytes).toBeGreaterThan(8 * 1024 * 1024);
  });

  it('reaches nothing inside, but the pictures of the sandbox while it is on', async () => {
    await expect(createPictureInspector()(`${base}/shop/basket.jpg`)).rejects.toMatchObject({
      code: 'HTTP_TARGET_FORBIDDEN',
    });
    const sandboxed = createPictureInspector({
      sandbox: { publicUrl: 'https://heddle.example/shop', internalUrl: `${base}/shop` },
    });
    expect(await sandboxed('https://heddle.example/shop/basket.jpg')).toMatchObject({ format: 'jpeg' });
    await expect(sandboxed(`${base}/shop/../secret.jpg`)).rejects.toMatchObject({ code: 'HTTP_TARGET_FORBIDDEN' });
  });
});

it('tells formats by their first bytes', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d494844520000000a00000014', 'hex');
  expect(readPictureHeader(png)).toEqual({ format: 'png', width: 10, height: 20 });
  expect(readPictureHeader(Buffer.from('GIF89a'))).toMatchObject({ format: 'gif' });
  expect(readPictureHeader(Buffer.from('RIFF0000WEBP'))).toMatchObject({ format: 'webp' });
  expect(readPictureHeader(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2]))).toEqual({
    format: 'jpeg',
    width: null,
    height: null,
  });
  expect(readPictureHeader(Buffer.alloc(0))).toMatchObject({ format: 'unknown' });
});
