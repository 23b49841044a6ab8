/** One thing that Instagram would refuse; `path` is a JSON pointer into the action. */
export interface ActionProblem {
  readonly path: string;
  readonly message: string;
}
