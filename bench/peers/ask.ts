import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A helper process of the bench that answers questions one after the other. */
export interface Helper {
  /** @returns What the helper's handler of this name gave. @throws Error with its message when it failed. */
  ask<Answer>(question: string, details?: unknown): Promise<Answer>;
  /** Called with each number that the helper tells unasked. */
  onTold(listener: (told: number) => void): void;
  /** Tells it to make an end of what it is doing; its answer still comes. */
  interrupt(): void;
  stop(): Promise<void>;
}

/** Starts `file` as a process of its own; it ends with this one, however this one ends (see `answerQuestions`). */
export function startHelper(file: URL): Helper {
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
  const gone = once(child, 'exit');
  let told: (value: number) => void = () => undefined;
  const waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  // Sent by answerQuestions and tell, which alone speak over this channel.
  child.on('message', (message: { answer: unknown } | { problem: string } | { told: number }) => {
    if ('told' in message) told(message.told);
    else if ('problem' in message) waiting.shift()?.reject(new Error(message.problem));
    else waiting.shift()?.resolve(message.answer);
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${file.pathname} ended with ${code}.`));
  });
  return {
    ask: <Answer>(question: string, details?: unknown) =>
      new Promise<Answer>((resolve, reject) => {
        // The caller names what the handler of this name gives.
        waiting.push({ resolve: (answer) => resolve(answer as Answer), reject });
        child.send({ question, details });
      }),
    onTold: (listener) => {
      told = listener;
    },
    interrupt: () => {
      child.send({ interrupt: true });
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      if (child.exitCode === null && child.signalCode === null) await gone;
    },
  };
}

/**
 * The helper's side: answers in the order in which it was asked, and ends when nobody can ask any more.
 *
 * @param onInterrupt Called at once, also while an answer is being worked on.
 */
export function answerQuestions(
  handlers: Readonly<Record<string, (details: never) => unknown>>,
  onInterrupt: () => void = () => undefined,
): void {
  const answer = async (question: string, details: never): Promise<void> => {
    try {
      process.send?.({ answer: await handlers[question]?.(details) });
    } catch (error) {
      process.send?.({ problem: error instanceof Error ? error.message : String(error) });
    }
  };
  let last: Promise<void> = Promise.resolve();
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: { question: string; details: never } | { interrupt: true }) => {
    if ('interrupt' in message) onInterrupt();
    else last = last.then(() => answer(message.question, message.details));
  });
}

/** Tells the bench a number that it did not ask for. */
export function tell(told: number): void {
  process.send?.({ told });
}

/** Milliseconds of a clock that all processes of this machine share; where it begins means nothing. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
