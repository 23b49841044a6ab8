import type { JsonObject } from '@heddle/schemas';
import type { ValidateOptions } from '../compile/index.ts';

/** A trigger of another live flow, with its inputs filled in. */
export interface OtherTrigger {
  readonly type: string;
  readonly config: JsonObject;
  /** Connection that its slot is bound to; undefined when that does not matter. */
  readonly connectionId?: string;
}

/** Another live flow of the workspace. */
export interface OtherFlow {
  readonly id: string;
  readonly name: string;
  /** As in its settings; 50 when it names none. */
  readonly priority: number;
  readonly liveSinceMs: number;
  readonly triggers: readonly OtherTrigger[];
}

/** What is known beside the document. Rules that lack their facts are silent. */
export interface LintFacts extends ValidateOptions {
  readonly otherFlows?: readonly OtherFlow[];
  /** Connection of each slot (`shop`, without "@"). */
  readonly connections?: Readonly<Record<string, string>>;
  /** When this flow went live, epoch ms; undefined for one that never was. */
  readonly liveSinceMs?: number;
  /** Starts to expect in the busiest hour, such as the most that a recent hour had. */
  readonly startsPerHour?: number;
  /** Sends that each platform allows an account per hour. */
  readonly sendsPerHour?: Readonly<Record<string, number>>;
}
