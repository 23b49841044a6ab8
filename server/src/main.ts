import { createLog } from './log/index.ts';
import { EmbeddedPostgresError } from './postgres/index.ts';
import { parseSettings } from './settings.ts';
import { startHeddle, type Heddle } from './start-heddle.ts';
import { StartupError } from './startup-error.ts';

// The program: `node server/src/main.ts [--role=server,worker,scheduler]`. Settings come from the environment.

/** Stopping cleanly takes a second or two; whatever holds it up longer is cut off. The next start recovers. */
const STOP_LIMIT_MS = 25_000;

const isTerminal = process.stdout.isTTY ?? false;
const bold = (text: string): string => (isTerminal ? `\u001B[1m${text}\u001B[0m` : text);
// What people read goes to standard output, the structured log to standard error.
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const settings = parseSettings(process.env, process.argv.slice(2));
  const log = createLog({ level: settings.logLevel, isPretty: isTerminal });
  process.on('unhandledRejection', (error) => {
    log.fatal({ error }, 'A promise was left to fail; this is a fault in Heddle');
    process.exit(1);
  });
  const startedMs = performance.now();
  const heddle = await startHeddle(settings, log, (message) => say(`  ${message} …`));
  stopOnSignals(heddle);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  say(`\n  ${bold('Heddle is ready')} after ${seconds} s (${settings.roles.join(', ')}) at ${heddle.publicUrl}`);
  if (heddle.signInLink !== undefined)
    say(`\n  Sign in (once, within 30 minutes):\n\n    ${bold(heddle.signInLink)}\n`);
  if (settings.isSandboxOn) say('  The Instagram sandbox is on: everything can be tried, nothing leaves this machine.');
  say('  Ctrl-C stops everything.\n');
}

function stopOnSignals(heddle: Heddle): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      if (signal === 'SIGINT') process.exit(130);
      return;
    }
    isStopping = true;
    say('\n  Stopping …');
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    void heddle.stop().then(() => {
      say('  Stopped.');
      process.exit(0);
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
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
