import type { JsonObject, JsonValue, NodeDefinition } from '@heddle/schemas';
import type { HttpService } from './http-service.ts';

/** One choice that a form offers for a field. */
export interface FieldOption {
  readonly value: string;
  /** What the person reads; default: the value. */
  readonly label?: string;
}

/** What a handler may ask of the host when it lists the choices of a field. Nothing here changes anything. */
export interface OptionsContext {
  /** The config as it stands in the form, half filled in; not validated. */
  readonly config: JsonObject;
  /** What was typed so far; choices that do not contain it need not be listed. */
  readonly search: string;
  readonly signal: AbortSignal;
  /** Asks the platform of a slot (`@shop`), as nodes do. @throws FlowError `CONNECTION_NOT_READY` | `PLATFORM_*`. */
  read(connection: string, what: string, args: JsonObject): Promise<JsonValue>;
  readonly http: HttpService;
  /** What the contacts of the workspace carry. */
  readonly contacts: {
    tags(): Promise<readonly string[]>;
    fields(): Promise<readonly string[]>;
  };
}

/** Lists the choices of one field. @throws FlowError; the form shows its message and still takes what is typed. */
export type ListOptions = (context: OptionsContext) => Promise<readonly FieldOption[]>;

/** Fields of the config, by name, whose choices only the handler knows: those with the hint `x-options`. */
export function fieldsWithOptions({ config }: NodeDefinition): string[] {
  const { properties } = config;
  return Object.keys(properties).filter((name) => {
    const schema: object | undefined = properties[name];
    return schema !== undefined && Reflect.get(schema, 'x-options') === true;
  });
}
