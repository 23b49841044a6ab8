import type { FlowDocument } from '@heddle/schemas';
import type { OutboxView } from '@heddle/schemas/api';
import { SEED_ACCOUNT_ID } from '../../nodes/src/instagram/sandbox/index.ts';
import { connectAccount, instagramSettings } from '../product/instagram.ts';
import { createProduct } from '../product/start-product.ts';
import type { SandboxProcess } from '../product/start-sandbox.ts';
import type { Engine, EngineOptions } from './engine.ts';

const FLOW: FlowDocument = {
  formatVersion: 1,
  name: 'Price',
  connections: { shop: { platform: 'instagram', label: 'Your Instagram account' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'any', keywords: [], posts: 'any', includeReplies: false },
    },
    check: {
      type: 'core/condition',
      v: 1,
      config: {
        condition: { match: 'all', rules: [{ field: 'trigger.text', operator: 'contains', value: 'price' }] },
      },
    },
    answer: {
      type: 'core/set-fields',
      v: 1,
      config: { values: [{ name: 'answer', value: 'Hi {{ trigger.username }}! It is KES 2,500.' }] },
    },
    reply: {
      type: 'instagram/reply-to-comment',
      v: 1,
      config: { connection: '@shop', variations: ['{{ vars.answer }}'], commentId: '{{ trigger.commentId }}' },
    },
  },
  edges: [
    { from: 'asked.matched', to: 'check' },
    { from: 'check.yes', to: 'answer' },
    { from: 'answer.done', to: 'reply' },
  ],
};

/**
 * Heddle by its real way: signed Instagram webhooks, one process, a durable Postgres.
 *
 * @param databaseUrl An empty database of the owner. @param sandbox Where the account is connected.
 */
export async function createHeddle(
  databaseUrl: string,
  sandbox: SandboxProcess,
  { platformUrl, dataDir }: EngineOptions,
): Promise<Engine> {
  const product = await createProduct({
    env: { DATABASE_URL: databaseUrl, HEDDLE_DATA_DIR: dataDir, ...instagramSettings(platformUrl) },
    logFile: `${dataDir}.log`,
  });
  const isEmpty = async (path: string): Promise<boolean> =>
    (await product.api<{ items: unknown[] }>('GET', `${path}&limit=1`)).items.length === 0;
  return {
    name: 'Heddle',
    about: 'this tree, as it comes, Postgres flushing each commit',
    webhook: { url: `${product.url}/api/webhooks/instagram`, form: 'instagram', accountId: SEED_ACCOUNT_ID },
    async prepare() {
      await product.start();
      const connectionId = await connectAccount(product, sandbox, SEED_ACCOUNT_ID);
      const flow = await product.api<{ id: string }>('POST', '/api/flows/import', FLOW);
      await product.api('PUT', `/api/flows/${flow.id}/bindings`, { connections: { shop: connectionId }, inputs: {} });
      await product.api('POST', `/api/flows/${flow.id}/publish`, {});
      await product.stop();
    },
    start: product.start,
    kill: product.kill,
    stop: product.stop,
    isIdle: async () =>
      (await isEmpty('/api/events?state=pending')) &&
      (await isEmpty('/api/runs?status=running')) &&
      (await isEmpty('/api/runs?status=waiting')),
    async held() {
      const ids = new Set<string>();
      for (let cursor: string | null = ''; cursor !== null;) {
        const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page: { items: OutboxView[]; nextCursor: string | null } = await product.api(
          'GET',
          `/api/outbox?state=unknown&limit=200${after}`,
        );
        for (const { action } of page.items) ids.add(String(action['commentId']));
        cursor = page.nextCursor;
      }
      return ids;
    },
  };
}
