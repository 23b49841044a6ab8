import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, EngineOptions } from './engine.ts';
import type { PeerPackage } from './install-peer.ts';
import { createPeerProgram, freePort } from './peer-program.ts';

export const N8N: PeerPackage = {
  name: 'n8n',
  version: '2.41.1',
  // Not every registry carries what the ranges of these ask for; none of them has a part in the flow.
  overrides: {
    linkedom: '0.18.13',
    '@langchain/langgraph-checkpoint': '1.1.5',
    '@langchain/protocol': '0.0.19',
  },
  build: ['sqlite3', 'isolated-vm'],
};

/** A way to run n8n. */
export interface N8nSetting {
  readonly name: string;
  readonly about: string;
  readonly env: Readonly<Record<string, string>>;
}

/** As it comes: SQLite, expressions in an isolate, every execution kept. */
export const N8N_DEFAULT: N8nSetting = { name: 'n8n', about: `${N8N.version}, as it comes (SQLite)`, env: {} };

/** The older expression engine, and no execution kept: less cannot be asked of it. A longer pool of isolates or Postgres is no faster. */
export const N8N_FASTEST: N8nSetting = {
  name: 'n8n, fastest',
  about: `${N8N.version}, SQLite, N8N_EXPRESSION_ENGINE=legacy, EXECUTIONS_DATA_SAVE_ON_SUCCESS and _ON_ERROR=none`,
  env: {
    N8N_EXPRESSION_ENGINE: 'legacy',
    EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
    EXECUTIONS_DATA_SAVE_ON_ERROR: 'none',
  },
};

/** What it offers to keep as much as it can: Postgres, and the progress of an execution after each node. */
export function n8nDurable(databaseUrl: string): N8nSetting {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  return {
    name: 'n8n, durable',
    about: `${N8N.version}, Postgres flushing each commit, EXECUTIONS_DATA_SAVE_ON_PROGRESS=true`,
    env: {
      DB_TYPE: 'postgresdb',
      DB_POSTGRESDB_HOST: hostname,
      DB_POSTGRESDB_PORT: port,
      DB_POSTGRESDB_USER: decodeURIComponent(username),
      DB_POSTGRESDB_PASSWORD: decodeURIComponent(password),
      DB_POSTGRESDB_DATABASE: pathname.slice(1),
      EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'true',
    },
  };
}

/** Nothing but loopback: n8n looks for news, templates, nodes and licences elsewhere by default. */
const OFFLINE = {
  N8N_DIAGNOSTICS_ENABLED: 'false',
  N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
  N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
  N8N_DYNAMIC_BANNERS_ENABLED: 'false',
  N8N_TEMPLATES_ENABLED: 'false',
  N8N_COMMUNITY_PACKAGES_ENABLED: 'false',
  N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
  N8N_DISABLED_MODULES: 'mcp-registry,instance-ai,agents',
};

const WORKFLOW_ID = 'benchPriceFlow01';

/** n8n in one of its settings. @param installDir What `installPeer` returned. */
export async function createN8n(
  installDir: string,
  setting: N8nSetting,
  { platformUrl, dataDir }: EngineOptions,
): Promise<Engine> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = createPeerProgram({
    script: join(installDir, 'node_modules', 'n8n', 'bin', 'n8n'),
    args: ['start'],
    env: {
      ...OFFLINE,
      N8N_USER_FOLDER: dataDir,
      N8N_LISTEN_ADDRESS: '127.0.0.1',
      N8N_PORT: String(port),
      N8N_RUNNERS_BROKER_PORT: String(await freePort()),
      N8N_LOG_LEVEL: 'warn',
      ...setting.env,
    },
    dataDir,
    logFile: `${dataDir}.log`,
    readyUrl: `${url}/healthz/readiness`,
  });
  return {
    name: setting.name,
    about: setting.about,
    webhook: { url: `${url}/webhook/comment`, form: 'plain', accountId: '' },
    async prepare() {
      const file = join(dataDir, 'workflow.json');
      writeFileSync(file, JSON.stringify([workflow(platformUrl)]));
      await program.runOnce(['import:workflow', `--input=${file}`]);
      await program.runOnce(['publish:workflow', `--id=${WORKFLOW_ID}`]);
    },
    start: program.start,
    kill: program.kill,
    stop: program.stop,
    isIdle: async () => undefined,
    held: async () => new Set(),
  };
}

/** Answers as soon as the execution has been noted ("Immediately"). */
function workflow(platformUrl: string): object {
  const at = (index: number): [number, number] => [index * 220, 0];
  const text = { id: 'rule', leftValue: '={{ $json.body.text }}', rightValue: 'price' };
  const conditions = [{ ...text, operator: { type: 'string', operation: 'contains' } }];
  const options = { caseSensitive: false, leftValue: '', typeValidation: 'strict', version: 3 };
  const assignments = [
    { id: 'id', name: 'id', type: 'string', value: '={{ $json.body.id }}' },
    { id: 'answer', name: 'answer', type: 'string', value: '=Hi {{ $json.body.username }}! It is KES 2,500.' },
  ];
  const nodes = [
    {
      id: 'hook',
      name: 'Hook',
      type: 'n8n-nodes-base.webhook',
      typeVersion: 2.1,
      webhookId: 'comment',
      parameters: { httpMethod: 'POST', path: 'comment', responseMode: 'onReceived', options: {} },
    },
    {
      id: 'check',
      name: 'Check',
      type: 'n8n-nodes-base.if',
      typeVersion: 2.3,
      parameters: { conditions: { options, conditions, combinator: 'and' }, options: { ignoreCase: true } },
    },
    {
      id: 'answer',
      name: 'Answer',
      type: 'n8n-nodes-base.set',
      typeVersion: 3.4,
      parameters: { mode: 'manual', assignments: { assignments }, options: {} },
    },
    {
      id: 'post',
      name: 'Post',
      type: 'n8n-nodes-base.httpRequest',
      typeVersion: 4.4,
      parameters: {
        method: 'POST',
        url: `=${platformUrl}/v25.0/{{ $json.id }}/replies`,
        sendBody: true,
        contentType: 'json',
        specifyBody: 'keypair',
        bodyParameters: { parameters: [{ name: 'message', value: '={{ $json.answer }}' }] },
        options: {},
      },
    },
  ];
  const to = (node: string): object => ({ main: [[{ node, type: 'main', index: 0 }]] });
  return {
    id: WORKFLOW_ID,
    name: 'Price',
    active: false,
    nodes: nodes.map((node, index) => ({ ...node, position: at(index) })),
    connections: { Hook: to('Check'), Check: to('Answer'), Answer: to('Post') },
    settings: { executionOrder: 'v1' },
  };
}
