import type { Context, Span } from '@opentelemetry/api';
import type { Logger } from './logger.js';
import { partsOfTraceparent, type SpanOptions, type Tracing } from './tracing.js';

/** Where spans are told, and of which journeys. */
export interface TracingConfig {
  /** Of the collector, without `/v1/traces`. */
  readonly endpoint: string;
  /** Sent along: credentials, most of all. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** The share of the traces that begin here, from 0 to 1; others are as their callers have decided. */
  readonly ratio: number;
}

/** Of one request to the collector, and of the last at the end. */
const exportTimeMs = 5_000;

const kinds = { server: 1, client: 2, consumer: 4 } as const;
const failed = 2;

/** Tells spans to a collector by OTLP over HTTP. The packages for it are loaded here and nowhere else. */
export async function createOtlpTracing(config: TracingConfig, logger: Logger): Promise<Tracing> {
  const [
    { diag, DiagLogLevel, ROOT_CONTEXT, trace },
    sdk,
    { resourceFromAttributes },
    { OTLPTraceExporter },
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const warn = (message: string): void =>
    logger.warn({ told: message.slice(0, 1_000) }, 'traces could not be told');
  const quiet = (): void => undefined;
  diag.setLogger(
    { error: warn, warn, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: { ...config.headers },
    timeoutMillis: exportTimeMs,
  });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': config.serviceName, 'process.pid': process.pid }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(config.ratio) }),
    // Bounded: spans beyond 2,048 that wait are dropped.
    spanProcessors: [
      new sdk.BatchSpanProcessor(exporter, {
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: exportTimeMs,
      }),
    ],
  });
  const tracer = provider.getTracer('throughline');
  const contextOf = (traceparent: string | undefined): Context => {
    const parts = partsOfTraceparent(traceparent);
    if (parts === undefined) return ROOT_CONTEXT;
    const { traceId, spanId, flags } = parts;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
  };
  return {
    begin(name, { kind, parent, links = [], attributes = {}, beganAt }: SpanOptions = {}) {
      const span = tracer.startSpan(
        name,
        {
          kind: kind === undefined ? 0 : kinds[kind],
          attributes: { ...attributes },
          links: links.flatMap((link) => {
            const context = trace.getSpanContext(contextOf(link));
            return context === undefined ? [] : [{ context }];
          }),
          ...(beganAt === undefined ? {} : { startTime: beganAt }),
        },
        contextOf(parent),
      );
      return {
        traceparent: traceparentOf(span),
        rename: (to) => void span.updateName(to),
        set: (more) => void span.setAttributes({ ...more }),
        end(failure) {
          if (failure !== undefined) span.setStatus({ code: failed, message: failure });
          span.end();
        },
      };
    },
    async stop() {
      await provider
        .shutdown()
        .catch((error: unknown) => logger.warn({ err: error }, 'traces could not be told'));
    },
  };
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
