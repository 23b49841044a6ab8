import { delimiter } from 'node:path';
import { expect, it } from 'vitest';
import { taskEnvironment } from './environment.mjs';

it('drops what an outer npm hands down, but keeps the way to the registry', () => {
  const env = taskEnvironment(
    {
      HOME: '/',
      PATH: ['/repo/node_modules/.bin', '/lib/node_modules/npm/node_modules/@npmcli/run-script', '/usr/bin'].join(
        delimiter,
      ),
      npm_lifecycle_event: 'start',
      npm_config_nodedir: '/usr',
      npm_config_registry: 'http://localhost:4873/',
      npm_config_https_proxy: 'http://proxy:8080',
      INIT_CWD: '/elsewhere',
    },
    ['/tools'],
  );
  expect(env).toMatchObject({
    PATH: ['/tools', '/usr/bin'].join(delimiter),
    npm_config_registry: 'http://localhost:4873/',
    npm_config_https_proxy: 'http://proxy:8080',
  });
  expect(Object.keys(env).filter((key) => /lifecycle|nodedir|INIT_CWD/.test(key))).toEqual([]);
});

it('gives a user without a home a place for caches', () => {
  expect(taskEnvironment({ HOME: '/nonexistent', PATH: '' }, [])['HOME']).toMatch(/\.tools.home$/);
});
