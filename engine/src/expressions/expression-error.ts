import { FlowError } from '@heddle/schemas';
import { LiquidError } from 'liquidjs';

/** Puts an error of the template engine into our words and codes. The source is named, shortened. */
export function toExpressionError(error: unknown, source: string): FlowError {
  if (error instanceof FlowError) return error;
  const shown = shorten(source);
  // The time limit is checked between parts too, where LiquidJS does not make an error of its own of it.
  if (isTimeLimit(error)) {
    return new FlowError('EXPRESSION_LIMIT', `${shown}: it takes too long to compute.`, { cause: error });
  }
  if (!LiquidError.is(error)) {
    return new FlowError('EXPRESSION_INVALID', `${shown} cannot be computed: ${messageOf(error)}`, { cause: error });
  }
  const text = messageOf(error).replace(/, (file:[^,]*, )?line:\d+, col:\d+$/, '');
  if (error.name === 'UndefinedVariableError') {
    const name = text.replace(/^undefined variable: /, '');
    return new FlowError(
      'EXPRESSION_UNKNOWN_VARIABLE',
      `${shown}: there is no value "${name}". Pick another field, or give a default.`,
      { cause: error, details: { variable: name } },
    );
  }
  if (text.endsWith(' limit exceeded')) {
    return new FlowError('EXPRESSION_LIMIT', `${shown}: ${text}.`, { cause: error });
  }
  const place = error.name === 'RenderError' ? '' : placeOf(error);
  return new FlowError('EXPRESSION_INVALID', `${shown}${place}: ${text}.`, { cause: error });
}

/** Whether a template met its limit of time. */
export function isTimeLimit(error: unknown): boolean {
  return messageOf(error).includes('template render limit exceeded');
}

function placeOf(error: LiquidError): string {
  const [line, column] = error.token.getPosition();
  return ` (line ${line}, column ${column})`;
}

function shorten(source: string): string {
  const oneLine = source.replace(/\s+/g, ' ').trim();
  return oneLine.length > 80 ? `"${oneLine.slice(0, 79)}…"` : `"${oneLine}"`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
