import { sql } from 'kysely';

/** The person of a row, as lists show them. */
export interface ContactRef {
  readonly id: string;
  readonly name: string;
  readonly username: string | null;
}

/** SQL of a `ContactRef` or null; `c` is the joined contact. */
export const contactRefSql = sql<ContactRef | null>`
  case when c.id is null then null else jsonb_build_object('id', c.id, 'name', coalesce(c.name, c.username, c.platform_id), 'username', c.username) end`;
