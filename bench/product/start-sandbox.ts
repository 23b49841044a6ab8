import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface SandboxProcess {
  /** Base URL, usable as INSTAGRAM_GRAPH_URL and INSTAGRAM_OAUTH_URL. */
  readonly url: string;
  /** Calls the customer's side: `/_sandbox` + path. @throws Error with the answer when it is not 2xx. */
  control<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T>;
  stop(): void;
}

/** Starts the sandbox in its own process. */
export async function startSandbox(): Promise<SandboxProcess> {
  const child = fork(fileURLToPath(new URL('sandbox-process.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [message]: unknown[] = await once(child, 'message');
  // Sent by sandbox-process.ts.
  const { url } = message as { url: string };
  return {
    url,
    async control<T>(method: string, path: string, body?: object): Promise<T> {
      const answer = await fetch(`${url}/_sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`Sandbox ${method} ${path}: ${answer.status} ${text}`);
      // The caller names the type that customer-api.ts documents for the path.
      return JSON.parse(text) as T;
    },
    stop: () => child.disconnect(),
  };
}
