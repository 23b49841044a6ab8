import { StartupError } from './startup-error.ts';
import type { TracingSettings } from './telemetry/index.ts';

/** What this process does. */
export const ROLES = ['server', 'worker', 'scheduler'] as const;
export type ProcessRole = (typeof ROLES)[number];

/** The Instagram app of the operator. What is absent comes from the sandbox, or is an error while that is off. */
export interface InstagramAppSettings {
  readonly appId: string | undefined;
  /** Newest first; webhooks signed with any of them are accepted. */
  readonly appSecrets: readonly string[];
  readonly verifyToken: string | undefined;
}

/** Everything that comes from outside, checked. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  /** How many reverse proxies stand in front and add to X-Forwarded-For; 0 takes the address of the connection. */
  readonly trustedProxies: number;
  /** Absent: the embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly databaseConnections: number;
  readonly dataDir: string;
  /** The text of HEDDLE_KEYS; absent: the file `keys` in `dataDir`. */
  readonly keys: string | undefined;
  readonly isSandboxOn: boolean;
  readonly instagram: InstagramAppSettings;
  /** Base URLs that stand in for the platform's own; absent: the real ones, or the sandbox. */
  readonly instagramUrls: { readonly graph: string | undefined; readonly oauth: string | undefined };
  readonly openAi: { readonly apiKey: string | undefined; readonly baseUrl: string; readonly model: string };
  readonly bootstrapApiKey: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Where faults are told to the operator's own tool; absent: only in the log. */
  readonly errorWebhookUrl: string | undefined;
  /** Absent: no traces. */
  readonly tracing: TracingSettings | undefined;
  readonly roles: readonly ProcessRole[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings. The only place that knows the names of the variables.
 *
 * @param args Arguments of the process; `--role=server,worker` chooses roles, all of them by default.
 * @throws StartupError that lists every wrong setting, each with the name of its variable.
 */
export function parseSettings(env: Environment, args: readonly string[] = []): Settings {
  const problems: string[] = [];
  const read = new Reader(env, problems);
  const host = read.text('HOST') ?? '127.0.0.1';
  const port = read.integer('PORT', 4600, 1, 65_535);
  const isSandboxOn =
    read.oneOf('HEDDLE_SANDBOX', ['on', 'off'], read.text('INSTAGRAM_APP_ID') === undefined ? 'on' : 'off') === 'on';
  const settings: Settings = {
    port,
    host,
    publicUrl:
      read.url('PUBLIC_URL', ['http:', 'https:']) ??
      `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`,
    trustedProxies: read.integer('HEDDLE_TRUSTED_PROXIES', 0, 0, 10),
    databaseUrl: readDatabaseUrl(read),
    databaseConnections: read.integer('HEDDLE_DATABASE_CONNECTIONS', 20, 4, 500),
    dataDir: read.text('HEDDLE_DATA_DIR') ?? '.data',
    keys: read.text('HEDDLE_KEYS'),
    isSandboxOn,
    instagram: readInstagram(read, isSandboxOn),
    instagramUrls: {
      graph: read.url('INSTAGRAM_GRAPH_URL', ['http:', 'https:']),
      oauth: read.url('INSTAGRAM_OAUTH_URL', ['http:', 'https:']),
    },
    openAi: {
      apiKey: read.text('OPENAI_API_KEY'),
      baseUrl: read.url('OPENAI_BASE_URL', ['http:', 'https:']) ?? 'https://api.openai.com/v1',
      model: read.text('OPENAI_MODEL') ?? 'gpt-5-mini',
    },
    bootstrapApiKey: readBootstrapKey(read),
    logLevel: read.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info'),
    errorWebhookUrl: read.url('HEDDLE_ERROR_WEBHOOK_URL', ['http:', 'https:']),
    tracing: readTracing(read),
    roles: readRoles(args, problems),
  };
  if (problems.length > 0) {
    throw new StartupError(
      `These settings are wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      'Correct them in the environment, then start again.',
    );
  }
  return settings;
}

function readInstagram(read: Reader, isSandboxOn: boolean): InstagramAppSettings {
  const appId = read.text('INSTAGRAM_APP_ID');
  const isReal = appId !== undefined && !isSandboxOn;
  const why = 'because INSTAGRAM_APP_ID is set';
  const secrets = isReal
    ? read.required('INSTAGRAM_APP_SECRET', `${why}; without it no webhook can be verified`)
    : read.text('INSTAGRAM_APP_SECRET');
  return {
    appId,
    appSecrets: (secrets ?? '')
      .split(',')
      .map((secret) => secret.trim())
      .filter((secret) => secret !== ''),
    verifyToken: isReal
      ? read.required('INSTAGRAM_VERIFY_TOKEN', `${why}; choose any long text and enter it in the app dashboard too`)
      : read.text('INSTAGRAM_VERIFY_TOKEN'),
  };
}

/** The variables have the names that OpenTelemetry gives them. */
function readTracing(read: Reader): TracingSettings | undefined {
  const endpoint = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']);
  const share = read.text('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const sampleRatio = Number(share);
  if (!(sampleRatio >= 0 && sampleRatio <= 1))
    read.problems.push(`OTEL_TRACES_SAMPLER_ARG is "${share}"; it must be a number from 0 to 1.`);
  if (endpoint === undefined) return undefined;
  return { endpoint, serviceName: read.text('OTEL_SERVICE_NAME') ?? 'heddle', sampleRatio };
}

/** Postgres would take the user's name for a database that is left out; ours must be named, since its role is named after it. */
function readDatabaseUrl(read: Reader): string | undefined {
  const url = read.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  if (url !== undefined && !/^\/[^/]/.test(new URL(url).pathname))
    read.problems.push(
      'DATABASE_URL names no database; it must end with one, such as postgres://user:password@host/heddle.',
    );
  return url;
}

function readBootstrapKey(read: Reader): string | undefined {
  const key = read.text('HEDDLE_BOOTSTRAP_API_KEY');
  if (key !== undefined && !/^\S{16,200}$/.test(key))
    read.problems.push('HEDDLE_BOOTSTRAP_API_KEY must have 16 to 200 characters and no blanks.');
  return key;
}

/** `--role=a,b` or `--role a,b`. Anything else is refused: a mistyped option must not start everything. */
function readRoles(args: readonly string[], problems: string[]): ProcessRole[] {
  const names: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg.startsWith('--role=')) names.push(...arg.slice('--role='.length).split(','));
    else if (arg === '--role') names.push(...(args[(index += 1)] ?? '').split(','));
    else problems.push(`"${arg}" is no option; there is only --role=${ROLES.join(',')}.`);
  }
  if (names.length === 0) return [...ROLES];
  const given = names.map((name) => name.trim());
  const unknown = given.filter((name) => !ROLES.some((role) => role === name));
  if (unknown.length > 0)
    problems.push(`--role has "${unknown.join(',')}"; allowed: ${ROLES.join(', ')}, several with commas.`);
  return ROLES.filter((role) => given.includes(role));
}

class Reader {
  readonly #env: Environment;
  readonly problems: string[];

  constructor(env: Environment, problems: string[]) {
    this.#env = env;
    this.problems = problems;
  }

  /** An empty variable counts as absent: that is how many systems clear one. */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  required(name: string, why: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) this.problems.push(`${name} is missing; it is needed ${why}.`);
    return value;
  }

  integer(name: string, otherwise: number, minimum: number, maximum: number): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= minimum && number <= maximum) return number;
    this.problems.push(`${name} is "${value}"; it must be a whole number from ${minimum} to ${maximum}.`);
    return otherwise;
  }

  url(name: string, protocols: readonly string[]): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value.replace(/\/+$/, '');
    this.problems.push(`${name} ${whyNoUrl(value, protocols)}`);
    return undefined;
  }

  oneOf<const T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const found = allowed.find((item) => item === value);
    if (found === undefined) this.problems.push(`${name} is "${value}"; allowed: ${allowed.join(', ')}.`);
    return found ?? otherwise;
  }
}

/** What is wrong with an address. It is not shown: it may hold a password. */
function whyNoUrl(value: string, protocols: readonly string[]): string {
  const starts = protocols.map((protocol) => `${protocol}//`);
  if (!starts.some((start) => value.toLowerCase().startsWith(start)))
    return `is no address; it must start with ${starts.join(' or ')}.`;
  const port = /:(\d+)(?=[/?#]|$)/.exec(value.slice(value.lastIndexOf('@') + 1).replace(/^\w+:\/\//, ''))?.[1];
  if (port !== undefined && Number(port) > 65_535)
    return `has the port ${port}; it must be a whole number from 1 to 65535.`;
  return 'cannot be read; check host and port, and write special characters of user and password in percent form, such as %23 for #.';
}
