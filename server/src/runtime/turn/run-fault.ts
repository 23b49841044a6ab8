/** A run could not be driven, while another one was in hand: names the run that is at fault. */
export class RunFault extends Error {
  readonly runId: string;

  constructor(runId: string, cause: unknown) {
    super('A run could not be driven.', { cause });
    this.name = 'RunFault';
    this.runId = runId;
  }
}
