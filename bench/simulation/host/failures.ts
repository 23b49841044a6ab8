/** The turn is no longer ours; what is in memory must be forgotten. As `TurnLostError` of the server. */
export class TurnLost extends Error {}

/** The database did not answer, or refused: another turn begins from what is stored. */
export class DatabaseError extends Error {}

/** A unique index refused a row. */
export class ConstraintError extends DatabaseError {
  readonly constraint: string;
  constructor(constraint: string) {
    super(constraint);
    this.constraint = constraint;
  }
}
