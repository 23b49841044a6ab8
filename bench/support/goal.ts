/** A claim that a benchmark proves or refutes. */
export interface Goal {
  /** Says what is compared, with its unit: "p95 of the answer at half load, ms". */
  readonly name: string;
  readonly figure: number;
  readonly relation: '>=' | '<=' | '=';
  readonly limit: number;
  readonly held: boolean;
}

/** A figure that cannot be told (NaN) holds no goal. */
export function atLeast(name: string, figure: number, limit: number): Goal {
  return { name, figure, relation: '>=', limit, held: figure >= limit };
}

/** See `atLeast`. */
export function atMost(name: string, figure: number, limit: number): Goal {
  return { name, figure, relation: '<=', limit, held: figure <= limit };
}

/** For counts, such as "messages sent twice" = 0. */
export function exactly(name: string, figure: number, limit: number): Goal {
  return { name, figure, relation: '=', limit, held: figure === limit };
}
