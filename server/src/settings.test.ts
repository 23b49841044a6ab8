import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

describe('parseSettings', () => {
  it('needs nothing: the local default', () => {
    expect(parseSettings({})).toMatchObject({
      port: 4600,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:4600',
      dataDir: '.data',
      isSandboxOn: true,
      roles: ['server', 'worker', 'scheduler'],
    });
  });

  it.each([
    ['PORT', { PORT: '0' }],
    ['PORT', { PORT: '80a' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'heddle.example.com' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/x' }],
    ['HEDDLE_SANDBOX', { HEDDLE_SANDBOX: 'maybe' }],
    ['INSTAGRAM_APP_SECRET', { INSTAGRAM_APP_ID: '1', INSTAGRAM_VERIFY_TOKEN: 'x' }],
    ['INSTAGRAM_VERIFY_TOKEN', { INSTAGRAM_APP_ID: '1', INSTAGRAM_APP_SECRET: 's' }],
    ['INSTAGRAM_GRAPH_URL', { INSTAGRAM_GRAPH_URL: 'ftp://x' }],
    ['HEDDLE_BOOTSTRAP_API_KEY', { HEDDLE_BOOTSTRAP_API_KEY: 'short' }],
    ['HEDDLE_DATABASE_CONNECTIONS', { HEDDLE_DATABASE_CONNECTIONS: '1' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ])('names %s when it is wrong', (name, env) => {
    expect(() => parseSettings(env)).toThrow(name);
  });

  it('lists all wrong settings at once and shows no address, which may hold a password', () => {
    const start = () => parseSettings({ PORT: 'x', DATABASE_URL: 'http://user:hunter2@host/db' });
    expect(start).toThrow(/PORT[^]*DATABASE_URL/);
    expect(start).not.toThrow(/hunter2/);
  });

  it('switches the sandbox off as soon as there is a real app, unless it is asked for', () => {
    const app = { INSTAGRAM_APP_ID: '1', INSTAGRAM_APP_SECRET: 'new, old', INSTAGRAM_VERIFY_TOKEN: 'token' };
    expect(parseSettings(app)).toMatchObject({ isSandboxOn: false, instagram: { appSecrets: ['new', 'old'] } });
    expect(parseSettings({ ...app, HEDDLE_SANDBOX: 'on' }).isSandboxOn).toBe(true);
  });

  it('traces only when there is a collector', () => {
    expect(parseSettings({}).tracing).toBeUndefined();
    expect(parseSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }).tracing).toEqual({
      endpoint: 'http://collector:4318',
      serviceName: 'heddle',
      sampleRatio: 1,
    });
    expect(() => parseSettings({ OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow('OTEL_TRACES_SAMPLER_ARG');
  });

  it.each([
    ['postgres://heddle:hunter2@db.example:99999/heddle', /DATABASE_URL has the port 99999; it must be .* 65535/],
    ['postgres://heddle:hun#ter2@db.example/heddle', /DATABASE_URL cannot be read; .*percent form/],
    ['postgres://heddle:hunter2@/he ddle:x', /DATABASE_URL cannot be read/],
    ['db.example/heddle', /DATABASE_URL is no address; it must start with postgres:\/\//],
    ['postgres://heddle:hunter2@db.example', /DATABASE_URL names no database/],
  ])('says what is wrong with %j, without the password', (url, said) => {
    expect(() => parseSettings({ DATABASE_URL: url })).toThrow(said);
    expect(() => parseSettings({ DATABASE_URL: url })).not.toThrow(/hun/);
  });

  it('reads the roles of the process', () => {
    expect(parseSettings({}, ['--role=worker,server']).roles).toEqual(['server', 'worker']);
    expect(parseSettings({}, ['--role', 'scheduler']).roles).toEqual(['scheduler']);
    expect(parseSettings({}, ['--role=server', '--role=worker']).roles).toEqual(['server', 'worker']);
  });

  it.each([['--role=boss'], ['--role='], ['--role'], ['--roles=worker'], ['worker'], ['-h']])(
    'does not start for %j',
    (arg) => {
      expect(() => parseSettings({}, [arg])).toThrow('--role');
    },
  );
});
