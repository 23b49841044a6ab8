import type { DestinationStream } from 'pino';

const COLOURS: Readonly<Record<string, number>> = { debug: 90, info: 36, warn: 33, error: 31, fatal: 31 };

/** Turns JSON log lines into `12:30:01 info message key=value`, for a terminal. */
export function prettyStream(out: { write(text: string): unknown; isTTY?: boolean }): DestinationStream {
  return { write: (line: string) => void out.write(prettyLine(line, out.isTTY ?? false)) };
}

function prettyLine(line: string, hasColour: boolean): string {
  const { level, time, msg, error, ...fields } = JSON.parse(line) as Record<string, unknown>; // pino writes one JSON object per line
  const label = String(level);
  const painted = hasColour ? `\u001B[${COLOURS[label] ?? 0}m${label}\u001B[0m` : label;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const trace =
    typeof error === 'object' && error !== null
      ? `\n${String(Reflect.get(error, 'stack') ?? Reflect.get(error, 'message'))}`
      : '';
  return `${String(time).slice(11, 19)} ${painted} ${[String(msg ?? ''), ...rest].join(' ')}${trace}\n`;
}
