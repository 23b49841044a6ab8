import { invalidParameter } from './graph-error.ts';

/** One entry of a `fields` parameter: `name.modifier(value){sub,fields}`. */
export interface FieldRequest {
  readonly name: string;
  /** Modifiers such as `limit(5)`. */
  readonly args: Readonly<Record<string, string>>;
  readonly fields: readonly FieldRequest[] | null;
}

/** Computes one field; `undefined` leaves it out of the answer, as the platform does with empty values. */
export type FieldReader<Row> = (row: Row, request: FieldRequest) => unknown;

/** What a node type can answer. `defaults` are the fields given when none is asked for; `id` is always there. */
export interface NodeShape<Row> {
  readonly typeName: string;
  readonly defaults: readonly string[];
  readonly readers: Readonly<Record<string, FieldReader<Row>>>;
}

/**
 * Parses `id,text,replies.limit(3){id,text}`.
 * @throws GraphError 100 on bad syntax.
 */
export function parseFields(text: string): FieldRequest[] {
  const parser = new FieldParser(text);
  const fields = parser.list();
  parser.end();
  return fields;
}

/**
 * Reads the fields asked for.
 * @throws GraphError 100 for a field which the node type does not have.
 */
export function readFields<Row>(
  shape: NodeShape<Row>,
  row: Row,
  asked: readonly FieldRequest[] | null,
): Record<string, unknown> {
  const requests = asked ?? shape.defaults.map((name) => ({ name, args: {}, fields: null }));
  const answer: Record<string, unknown> = {};
  for (const request of requests) {
    const reader = Object.hasOwn(shape.readers, request.name) ? shape.readers[request.name] : undefined;
    if (!reader)
      throw invalidParameter(`Tried accessing nonexisting field (${request.name}) on node type (${shape.typeName})`);
    const value = reader(row, request);
    if (value !== undefined) answer[request.name] = value;
  }
  const id = shape.readers['id']?.(row, { name: 'id', args: {}, fields: null });
  return id === undefined || 'id' in answer ? answer : { ...answer, id };
}

class FieldParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  list(): FieldRequest[] {
    const fields: FieldRequest[] = [];
    do {
      this.#space();
      if (this.#text[this.#at] === '}' || this.#at >= this.#text.length) break; // a trailing comma is tolerated
      fields.push(this.#field());
      this.#space();
    } while (this.#take(','));
    return fields;
  }

  end(): void {
    if (this.#at < this.#text.length)
      throw invalidParameter(
        `Syntax error "Expected end of string instead of \\"${this.#text[this.#at] ?? ''}\\"." at character ${this.#at}: ${this.#text}`,
      );
  }

  #field(): FieldRequest {
    const name = this.#match(/[A-Za-z_][A-Za-z0-9_]*/y);
    const args: Record<string, string> = {};
    while (this.#take('.')) {
      const modifier = this.#match(/[A-Za-z_]+/y);
      this.#expect('(');
      args[modifier] = this.#match(/[^)]*/y);
      this.#expect(')');
    }
    if (!this.#take('{')) return { name, args, fields: null };
    const fields = this.list();
    this.#expect('}');
    return { name, args, fields };
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined)
      throw invalidParameter(`Syntax error "Field name expected" at character ${this.#at}: ${this.#text}`);
    this.#at += found.length;
    return found;
  }

  #expect(mark: string): void {
    if (!this.#take(mark))
      throw invalidParameter(`Syntax error "Expected \\"${mark}\\"" at character ${this.#at}: ${this.#text}`);
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }
}
