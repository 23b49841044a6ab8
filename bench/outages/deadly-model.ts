import { once } from 'node:events';
import { createServer } from 'node:http';

/** Stands in for a provider of language models; a prompt with the word "deadly" is the last thing that a process asks. */
export interface DeadlyModel {
  /** `OPENAI_BASE_URL` of the process with this name. */
  url(processName: string): string;
  /** From now on it only answers. */
  heal(): void;
  stop(): void;
}

/** @param onDeadly Called with the name of the process that asked; the call is never answered. */
export async function startDeadlyModel(onDeadly: (processName: string) => void): Promise<DeadlyModel> {
  let isHealed = false;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (!isHealed && body.includes('deadly')) return onDeadly(request.url?.split('/')[1] ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          model: 'bench',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Good as new.' } }],
          usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
        }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    url: (processName) => `http://127.0.0.1:${address.port}/${processName}`,
    heal: () => void (isHealed = true),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
