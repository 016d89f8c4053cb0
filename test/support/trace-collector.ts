import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it was told. */
export interface ToldSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly string[];
  /** The process that has told it. */
  readonly pid: unknown;
}

/** A collector of OTLP over HTTP in JSON, and a service that is called: both keep what they get. */
export interface TraceCollector {
  readonly url: string;
  readonly spans: readonly ToldSpan[];
  /** The `traceparent` of each call of the service, by the path of the call. */
  readonly calls: ReadonlyMap<string, string>;
  /** Headers of what was told last. */
  readonly headers: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Told {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ToldSpan, 'attributes' | 'links' | 'pid' | 'parentSpanId'> & {
        readonly parentSpanId?: string;
        readonly attributes?: readonly Attribute[];
        readonly links?: readonly { readonly traceId: string }[];
      })[];
    }[];
  }[];
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: ToldSpan[] = [];
  const calls = new Map<string, string>();
  let headers: Readonly<Record<string, unknown>> = {};
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => void chunks.push(chunk));
    req.on('end', () => {
      if (req.url === '/v1/traces') {
        headers = req.headers;
        spans.push(...spansOf(JSON.parse(Buffer.concat(chunks).toString()) as Told));
      } else calls.set(req.url ?? '', String(req.headers['traceparent']));
      res.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    calls,
    get headers() {
      return headers;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function spansOf({ resourceSpans }: Told): readonly ToldSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const pid = valuesOf(resource.attributes)['process.pid'];
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes = [], links = [], parentSpanId = '', ...span }) => ({
        ...span,
        parentSpanId,
        attributes: valuesOf(attributes),
        links: links.map(({ traceId }) => traceId),
        pid,
      })),
    );
  });
}

function valuesOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
