import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { redactText } from '../log/index.ts';

let isOn = false;

/** Called when traces begin or end to be collected; until then `inSpan` costs a comparison. */
export function switchSpans(on: boolean): void {
  isOn = on;
}

/**
 * Does work inside a span of a trace; spans within it become its children.
 *
 * @param attributes Ids, types and ports. Never texts of people, never secrets: traces leave the house.
 */
export function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  if (!isOn) return work();
  return trace.getTracer('heddle').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: redactText(error instanceof Error ? error.message : String(error)),
      });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Adds to the span under way what became known late, such as the status of an answer. */
export function noteOnSpan(attributes: Attributes): void {
  if (isOn) trace.getActiveSpan()?.setAttributes(attributes);
}
