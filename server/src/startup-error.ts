/** Heddle cannot start. Shown to the operator as it is: what is wrong, then what to do about it. */
export class StartupError extends Error {
  readonly remedy: string;

  /** @param problem One sentence that names the thing and the value. @param remedy One sentence in the imperative. */
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(problem, options);
    this.name = 'StartupError';
    this.remedy = remedy;
  }
}
