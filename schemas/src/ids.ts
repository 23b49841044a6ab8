import { Type } from 'typebox';

/** A row id: UUIDv7 in lower case, so that ids sort by creation time. */
export const IdSchema = Type.String({ format: 'uuid', description: 'UUIDv7' });

/** A node id: the key of the node in the flow document. */
export const NodeIdSchema = Type.String({
  pattern: '^[a-z][a-zA-Z0-9_-]{0,63}$',
  description: 'Starts with a lower-case letter; letters, digits, "-" and "_"; at most 64 characters',
});

/** A port name; `error` and `timeout` are reserved for the engine. */
export const PortNameSchema = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$' });

/** A node type: plugin, slash, name. */
export const NodeTypeNameSchema = Type.String({ pattern: '^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$' });

/** A moment: RFC 3339 in UTC, as sent over the API. */
export const TimestampSchema = Type.String({ format: 'date-time' });
