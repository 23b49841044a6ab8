import type { FlowDocument, FlowEdge, Issue, JsonObject, NodeDefinition, RetryPolicy } from '@heddle/schemas';
import type { ConfigPlan } from '../expressions/index.ts';
import type { RuntimeCapability } from './capabilities.ts';

/** A node with everything looked up. */
export interface CompiledNode {
  readonly id: string;
  /** Name for people: the label, or the title of the node type. */
  readonly title: string;
  readonly definition: NodeDefinition;
  /** In the version of the definition. */
  readonly config: JsonObject;
  readonly plan: ConfigPlan;
  /** Ports the node may answer through: its own and `timeout`. */
  readonly ports: ReadonlySet<string>;
  /** Where each connected port leads, in edge order. `error` included. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  readonly retry: RetryPolicy | null;
  readonly isDisabled: boolean;
  /** The first declared port: where a trigger starts and where a disabled node lets its input through. */
  readonly firstPort: string | null;
}

/** One flow version, ready to run. Not JSON: keep it in memory, keyed by the version. */
export interface Program {
  readonly document: FlowDocument;
  readonly nodes: ReadonlyMap<string, CompiledNode>;
  readonly triggers: readonly CompiledNode[];
  /** Defaults of the inputs; the host lays the values of the owner over them. */
  readonly inputDefaults: JsonObject;
  /** What the host that runs it can do; a node that needs more fails. */
  readonly capabilities: ReadonlySet<RuntimeCapability>;
}

export interface CompiledFlow {
  readonly program: Program;
  /** What an author should look at; nothing that prevents running. */
  readonly warnings: readonly Issue[];
}

/** The document seen as a graph, while it is being checked: nodes may be broken, edges may lead nowhere. */
export interface FlowView {
  readonly document: FlowDocument;
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly edges: readonly EdgeView[];
}
export interface NodeView {
  readonly id: string;
  readonly title: string;
  readonly isDisabled: boolean;
  /** Undefined when no plugin has the type or the version cannot be reached. */
  readonly definition: NodeDefinition | undefined;
  readonly config: JsonObject;
  readonly plan: ConfigPlan;
  /** Own ports by name, without the reserved ones. */
  readonly ports: readonly string[];
}
export interface EdgeView {
  readonly index: number;
  readonly edge: FlowEdge;
  readonly source: string;
  readonly port: string;
}
