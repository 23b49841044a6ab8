import { destination as toFile, multistream, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { prettyStream } from './pretty-stream.ts';
import { redactText } from './redact.ts';

/** Structured log. Pass ids as fields (`requestId`, `runId`, `workspaceId`), never bodies or tokens. */
export type Log = Logger;

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Lines for people instead of JSON. */
  readonly isPretty?: boolean;
  readonly destination?: DestinationStream;
  /** Gets the lines at `error` and above as well, as JSON without secrets. */
  readonly onError?: ((line: string) => void) | undefined;
}

/** Fields that never reach a log, wherever they stand in an object. */
const SECRET_FIELDS = [
  'accessToken',
  'access_token',
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'appSecrets',
  'apiKey',
  'client_secret',
  'code',
];

/** JSON lines, or readable ones for a terminal. Secrets are taken out by field name and by the form of tokens in texts. */
export function createLog(options: LogOptions): Log {
  // Standard error: standard output is for what people read, such as the sign-in link, which must not be in a log.
  const destination = options.destination ?? (options.isPretty ? prettyStream(process.stderr) : toFile(2));
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[secret]' },
    serializers: { error: serializeError, err: serializeError },
  };
  const { level, onError } = options;
  if (onError === undefined || level === 'silent') return pino(settings, destination);
  const streams = [
    { level, stream: destination },
    { level: 'error', stream: { write: onError } },
  ] as const;
  return pino(settings, multistream([...streams]));
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redactText(String(error));
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' ? { errorCode: error.code } : {}), // `code` is what OAuth calls a secret
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}
