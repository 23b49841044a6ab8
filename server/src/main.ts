import { createLog } from './log/index.ts';
import { EmbeddedPostgresError } from './postgres/index.ts';
import { parseSettings } from './settings.ts';
import { startHeddle, type Heddle } from './start-heddle.ts';
import { StartupError } from './startup-error.ts';
import { createErrorReporter } from './telemetry/index.ts';

// The program: `node server/src/main.ts [--role=server,worker,scheduler]`. Settings come from the environment.

/** Stopping cleanly takes a second or two; whatever holds it up longer is cut off. The next start recovers. */
const STOP_LIMIT_MS = 25_000;

const isTerminal = process.stdout.isTTY ?? false;
const bold = (text: string): string => (isTerminal ? `\u001B[1m${text}\u001B[0m` : text);
// What people read goes to standard output, the structured log to standard error.
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const settings = parseSettings(process.env, process.argv.slice(2));
  const reporter = settings.errorWebhookUrl === undefined ? undefined : createErrorReporter(settings.errorWebhookUrl);
  const log = createLog({ level: settings.logLevel, isPretty: isTerminal, onError: reporter?.write });
  const die = async (error: unknown): Promise<void> => {
    log.fatal({ error }, 'A promise was left to fail; this is a fault in Heddle');
    await reporter?.stop();
    process.exit(1);
  };
  process.on('unhandledRejection', (error) => void die(error));
  const startedMs = performance.now();
  // Begins in the next tick, when the signals are listened to already.
  const starting = Promise.resolve().then(() => startHeddle(settings, log, (message) => say(`  ${message} …`)));
  const isStopping = stopOnSignals(starting);
  const heddle = await starting;
  if (isStopping()) return;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  say(`\n  ${bold('Heddle is ready')} after ${seconds} s (${settings.roles.join(', ')}) at ${heddle.publicUrl}`);
  if (heddle.signInLink !== undefined)
    say(`\n  Sign in (once, within 30 minutes):\n\n    ${bold(heddle.signInLink)}\n`);
  if (settings.isSandboxOn) say('  The Instagram sandbox is on: everything can be tried, nothing leaves this machine.');
  say('  Ctrl-C stops everything.\n');
}

/**
 * Also while it is starting: what is half built must not be left behind.
 *
 * @returns Tells whether a signal came.
 */
function stopOnSignals(starting: Promise<Heddle>): () => boolean {
  let stoppingSinceMs: number | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSinceMs !== undefined) {
      // One Ctrl-C may arrive twice, from the terminal and from npm; a second one by hand means "at once".
      if (signal === 'SIGINT' && performance.now() - stoppingSinceMs > 1_000) process.exit(130);
      return;
    }
    stoppingSinceMs = performance.now();
    say('\n  Stopping …');
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    void starting
      .then((heddle) => heddle.stop())
      .then(
        () => {
          say('  Stopped.');
          process.exit(0);
        },
        // A start that failed has cleaned up after itself; main says why it failed.
        () => undefined,
      );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () => stoppingSinceMs !== undefined;
}

function explain(error: unknown): string {
  if (error instanceof StartupError) return `${error.message}\n${error.remedy}`;
  if (error instanceof EmbeddedPostgresError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    process.stderr.write(`\nHeddle could not start.\n\n${explain(error).replaceAll(/^/gm, '  ')}\n\n`);
    process.exit(1);
  });
}
