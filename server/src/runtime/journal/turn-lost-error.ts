/** The turn is no longer ours: another worker holds the subject, or a run was changed under us. What is in memory must be forgotten. */
export class TurnLostError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'TurnLostError';
  }
}
