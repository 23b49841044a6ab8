export { createErrorReporter, type ErrorReporter } from './error-reporter.ts';
export { inSpan, noteOnSpan } from './in-span.ts';
export { startTracing, type Tracing, type TracingSettings } from './tracing.ts';
