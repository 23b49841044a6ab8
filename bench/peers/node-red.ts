import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, EngineOptions } from './engine.ts';
import type { PeerPackage } from './install-peer.ts';
import { createPeerProgram, freePort } from './peer-program.ts';

export const NODE_RED: PeerPackage = { name: 'node-red', version: '5.0.7' };

/** A way to run Node-RED. */
export interface NodeRedSetting {
  readonly name: string;
  readonly about: string;
  /** Of its http request node: "Enable connection keep-alive". */
  readonly persist: boolean;
}

/** As it comes. Without the setting the node uses Node's own agent, which keeps connections for five seconds since Node 19. */
export const NODE_RED_DEFAULT: NodeRedSetting = {
  name: 'Node-RED',
  about: `${NODE_RED.version}, as it comes, in memory`,
  persist: false,
};

/** Connections to the platform are kept until the platform closes them. */
export const NODE_RED_KEEP_ALIVE: NodeRedSetting = {
  name: 'Node-RED, keep-alive',
  about: `${NODE_RED.version}, in memory, connection keep-alive of its http request node switched on`,
  persist: true,
};

/** Node-RED in one of its settings; what runs is in memory alone. @param installDir What `installPeer` returned. */
export async function createNodeRed(
  installDir: string,
  setting: NodeRedSetting,
  { platformUrl, dataDir }: EngineOptions,
): Promise<Engine> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = createPeerProgram({
    script: join(installDir, 'node_modules', 'node-red', 'red.js'),
    args: ['--userDir', dataDir, '--settings', join(dataDir, 'settings.cjs'), '--no-telemetry'],
    env: {},
    dataDir,
    logFile: `${dataDir}.log`,
    readyUrl: `${url}/ready`,
  });
  return {
    name: setting.name,
    about: setting.about,
    webhook: { url: `${url}/comment`, form: 'plain', accountId: '' },
    async prepare() {
      const settings = {
        uiHost: '127.0.0.1',
        uiPort: port,
        flowFile: 'flows.json',
        credentialSecret: false,
        disableEditor: true,
        diagnostics: { enabled: false, ui: false },
        telemetry: { enabled: false, updateNotification: false },
        logging: { console: { level: 'warn', metrics: false, audit: false } },
      };
      // This tree's own .js files are ES modules.
      writeFileSync(join(dataDir, 'settings.cjs'), `module.exports = ${JSON.stringify(settings)};\n`);
      writeFileSync(join(dataDir, 'flows.json'), JSON.stringify(flow(platformUrl, setting.persist)));
    },
    start: program.start,
    kill: program.kill,
    stop: program.stop,
    isIdle: async () => undefined,
    held: async () => new Set(),
  };
}

/** The answer to the webhook goes out before anything else is done, and once more a path that says that the flow is up. */
function flow(platformUrl: string, persist: boolean): object[] {
  const z = 'flow';
  return [
    { id: z, type: 'tab', label: 'Price' },
    { id: 'hook', z, type: 'http in', url: '/comment', method: 'post', wires: [['ok', 'check']] },
    { id: 'ok', z, type: 'http response', statusCode: '200', headers: {}, wires: [] },
    {
      id: 'check',
      z,
      type: 'switch',
      property: 'payload.text',
      propertyType: 'msg',
      checkall: 'true',
      rules: [{ t: 'cont', v: 'price', vt: 'str' }],
      outputs: 1,
      wires: [['answer']],
    },
    {
      id: 'answer',
      z,
      type: 'template',
      field: 'payload',
      fieldType: 'msg',
      format: 'json',
      syntax: 'mustache',
      template: '{"message":"Hi {{payload.username}}! It is KES 2,500."}',
      output: 'json',
      wires: [['post']],
    },
    {
      id: 'post',
      z,
      type: 'http request',
      method: 'POST',
      ret: 'obj',
      paytoqs: 'ignore',
      persist,
      url: `${platformUrl}/v25.0/{{req.body.id}}/replies`,
      headers: [],
      wires: [[]],
    },
    { id: 'up', z, type: 'http in', url: '/ready', method: 'get', wires: [['ok']] },
  ];
}
