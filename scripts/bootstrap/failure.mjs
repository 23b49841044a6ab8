/** A task cannot go on, for a reason that the person in front of the terminal can do something about. */
export class TaskFailure extends Error {
  /**
   * @param {string} problem What happened.
   * @param {string} advice What to do, in the imperative.
   * @param {number} [exitCode]
   */
  constructor(problem, advice, exitCode = 1) {
    super(advice ? `${problem}\n${advice}` : problem);
    this.name = 'TaskFailure';
    this.exitCode = exitCode;
  }
}

/** What a shell reports: 128 and the number of the signal. @type {Partial<Record<NodeJS.Signals, number>>} */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** We were told to stop (Ctrl-C, SIGTERM, or whoever started us is gone). Not an error to be explained. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`Stopped by ${signal}`);
    this.name = 'Interrupted';
    this.exitCode = EXIT_CODES[signal] ?? 1;
  }
}
