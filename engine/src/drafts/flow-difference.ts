import type { FlowEdge, JsonValue } from '@heddle/schemas';

/** A part of a document that is no node, connection or note. */
export type DocumentPart =
  | 'name'
  | 'description'
  | 'settings'
  | 'inputs'
  | 'connections'
  | 'tests'
  | 'plugins'
  | 'template';

/** One value that differs; undefined on the side where it is not there. */
export interface FieldChange {
  /** What a person calls the place, such as `Bubbles 2 › Text`. */
  readonly title: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  /** The change as a sentence without its full stop: `Text: “Hi” → “Hello”`. */
  readonly text: string;
}

/** One difference between two versions, as a person would tell it. `text` is that sentence. Ids are those of the newer document. */
export type FlowDifference =
  | {
      readonly kind: 'nodeAdded' | 'nodeRemoved';
      readonly node: string;
      readonly title: string;
      readonly text: string;
    }
  | {
      readonly kind: 'nodeChanged';
      readonly node: string;
      /** Its id in the older document. */
      readonly nodeBefore: string;
      readonly title: string;
      readonly fields: readonly FieldChange[];
      readonly text: string;
    }
  | {
      readonly kind: 'edgeAdded' | 'edgeRemoved';
      readonly edge: FlowEdge;
      /** True when it comes or goes with one of its nodes, so that it need not be told. */
      readonly isImplied: boolean;
      readonly text: string;
    }
  | { readonly kind: 'noteAdded' | 'noteRemoved' | 'noteChanged'; readonly note: string; readonly text: string }
  | {
      readonly kind: 'partChanged';
      readonly part: DocumentPart;
      readonly title: string;
      readonly fields: readonly FieldChange[];
      readonly text: string;
    };
