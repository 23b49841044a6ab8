import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { Middleware } from 'koa';

/** Vite puts a hash of the content into the names below this folder, so they never change. */
const HASHED_FOLDER = '/assets/';

/**
 * Serves the built editor. A path that is no file gets index.html: the editor has its own pages.
 *
 * @param folder Holds index.html. When it is not there the visitor is told how to build it.
 */
export function staticFiles(folder: string): Middleware {
  return async (ctx, next) => {
    if ((ctx.method !== 'GET' && ctx.method !== 'HEAD') || ctx.path.startsWith('/api/')) {
      await next();
      return;
    }
    const isPage = extname(ctx.path) === '';
    const file = isPage ? join(folder, 'index.html') : safeJoin(folder, ctx.path);
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file === undefined || !found?.isFile()) {
      if (isPage) {
        ctx.status = 503;
        ctx.type = 'text/plain; charset=utf-8';
        ctx.body = 'The editor is not built. Start Heddle with "npm start", which builds it.';
        return;
      }
      await next();
      return;
    }
    ctx.set('Cache-Control', ctx.path.startsWith(HASHED_FOLDER) ? 'public, max-age=31536000, immutable' : 'no-cache');
    ctx.set('ETag', `"${found.size.toString(36)}-${found.mtimeMs.toString(36)}"`);
    ctx.status = 200;
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.type = extname(file);
    ctx.length = found.size;
    if (ctx.method === 'GET') ctx.body = createReadStream(file);
  };
}

/** The file below the folder, or undefined when the path leads out of it. */
function safeJoin(folder: string, path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    if (decoded.includes('\0')) return undefined;
    const file = normalize(join(folder, decoded));
    return file.startsWith(join(folder, '/')) ? file : undefined;
  } catch {
    return undefined; // a broken escape names no file
  }
}
