import { Type, type Static, type TObject } from 'typebox';
import { JsonObjectSchema, type JsonObject } from './json.ts';
import { NodeTypeNameSchema, PortNameSchema } from './ids.ts';

/** What may happen twice: nothing outside (`pure`), a harmless call (`read`), a call that must not be repeated (`send`). */
export const EffectClassSchema = Type.Enum(['pure', 'read', 'send']);
export type EffectClass = Static<typeof EffectClassSchema>;

/** Where the palette lists a node type. */
export const NODE_CATEGORIES = ['trigger', 'message', 'logic', 'data', 'ai', 'connect', 'catalog', 'publish'] as const;

/** One exit of a node: what it means, and the shape it carries. */
export const PortSpecSchema = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 80 }),
    description: Type.Optional(Type.String()),
    /** JSON Schema of the output; the field picker lists its properties. */
    output: JsonObjectSchema,
    tone: Type.Optional(Type.Enum(['default', 'positive', 'negative'])),
  },
  { additionalProperties: false },
);
export type PortSpec = Static<typeof PortSpecSchema>;

/**
 * Ports made from an array in the config: one per item, named by the item's `idKey`, shown with its `titleKey`.
 * Declared as data so that a definition can be served as JSON.
 */
export const PortsFromSchema = Type.Object(
  {
    path: Type.String({ description: 'Name of the array property in config' }),
    idKey: Type.String(),
    titleKey: Type.String(),
    output: JsonObjectSchema,
  },
  { additionalProperties: false },
);
export type PortsFrom = Static<typeof PortsFromSchema>;

/** A field of the config that names a connection slot (`@shop`). */
export const ConnectionNeedSchema = Type.Object(
  {
    field: Type.String(),
    platform: Type.String(),
    scopes: Type.Array(Type.String()),
  },
  { additionalProperties: false },
);
export type ConnectionNeed = Static<typeof ConnectionNeedSchema>;

/** What a node type is, without code: servable as JSON and safe for the browser. */
export const NodeDefinitionDataSchema = Type.Object(
  {
    type: NodeTypeNameSchema,
    version: Type.Integer({ minimum: 1 }),
    title: Type.String({ minLength: 1, maxLength: 60 }),
    summary: Type.String({ minLength: 1, maxLength: 200 }),
    icon: Type.String({ description: 'Name of a Tabler icon in kebab-case' }),
    category: Type.Enum([...NODE_CATEGORIES]),
    role: Type.Enum(['trigger', 'node']),
    effect: EffectClassSchema,
    /** JSON Schema of the config with form hints (`x-widget`, `x-group`, `x-placeholder`, `x-show-if`, `x-advanced`, `x-options`). */
    config: JsonObjectSchema,
    ports: Type.Record(PortNameSchema, PortSpecSchema),
    portsFrom: Type.Optional(PortsFromSchema),
    connections: Type.Array(ConnectionNeedSchema),
    services: Type.Array(Type.Enum(['ai', 'http', 'contacts', 'members'])),
    /** Event kinds that a trigger listens to, such as `instagram/comment`. Empty for other nodes. */
    events: Type.Array(Type.String()),
    /** Facts for the linter. `waitsUpToMs`: longest usual wait; `waitsForReply`: parks until the contact writes. */
    lint: Type.Object(
      {
        waitsUpToMs: Type.Optional(Type.Number()),
        waitsForReply: Type.Optional(Type.Boolean()),
        opensWindow: Type.Optional(Type.Boolean()),
        needsWindow: Type.Optional(Type.Boolean()),
        endsRun: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    /** One line for the node's card on the canvas: a Liquid template over `config`. */
    cardText: Type.Optional(Type.String()),
    /** How the inspector previews the config. */
    preview: Type.Optional(Type.Enum(['message', 'carousel', 'comment'])),
    /** Config of a freshly added node. */
    defaults: JsonObjectSchema,
    timeoutMs: Type.Integer({ minimum: 100, maximum: 600_000 }),
    /** What the host must be able to do besides running nodes and waiting for times and answers. */
    hostNeeds: Type.Optional(Type.Array(Type.Enum(['children', 'approval', 'event']))),
    /** The port that leads to the nodes which run once per item, in child runs of their own. The run itself never leaves by it. */
    bodyPort: Type.Optional(PortNameSchema),
  },
  { additionalProperties: false, title: 'Node definition' },
);
export type NodeDefinitionData = Static<typeof NodeDefinitionDataSchema>;

/** A definition as a plugin writes it: the data, with the config schema kept typed, and the config migrations. */
export interface NodeDefinition<Config extends TObject = TObject, Port extends string = string> extends Omit<
  NodeDefinitionData,
  'config' | 'ports'
> {
  readonly config: Config;
  readonly ports: Readonly<Record<Port, PortSpec>>;
  /** `migrate[2]` takes a version-1 config and gives a version-2 one. Pure. */
  readonly migrate: Readonly<Record<number, (config: JsonObject) => JsonObject>>;
}

/** Names of the ports that every node has besides its own. */
export const RESERVED_PORTS = ['error', 'timeout'] as const;
