import { context, trace } from '@opentelemetry/api';
import { switchSpans } from './in-span.ts';

export interface TracingSettings {
  /** Base URL of an OTLP collector over HTTP; `/v1/traces` is added. */
  readonly endpoint: string;
  readonly serviceName: string;
  /** Share of traces that are kept, 0 to 1. */
  readonly sampleRatio: number;
}

export interface Tracing {
  /** Hands over what is left, within 5 s. */
  stop(): Promise<void>;
}

const EXPORT_TIMEOUT_MS = 5_000;

/**
 * Sends traces to a collector (OpenTelemetry, OTLP over HTTP with JSON). A collector that is away costs its spans, never a request: the
 * queue is bounded and what does not fit is dropped. The library is loaded only here, so that whoever does not trace does not pay.
 */
export async function startTracing({ endpoint, serviceName, sampleRatio }: TracingSettings): Promise<Tracing> {
  const [{ AsyncLocalStorageContextManager }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] =
    await Promise.all([
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace'),
    ]);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  switchSpans(true);
  return {
    async stop() {
      switchSpans(false);
      await provider.shutdown().catch(() => undefined); // the collector is away: nothing more can be done for these spans
      trace.disable();
      context.disable();
    },
  };
}
