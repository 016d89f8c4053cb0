/** A piece of work that a trace shows, from its beginning to its end. One that is never ended is not told. */
export interface TraceSpan {
  /** Names it to what it causes, here or elsewhere (W3C Trace Context). */
  readonly traceparent: string;
  /** What it has turned out to be. */
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** `failure`: it has failed, for that reason, which holds no values. */
  end(failure?: string): void;
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  /** Default: inside of this program. */
  readonly kind?: 'server' | 'client' | 'consumer';
  /** The `traceparent` of what causes it; without one it begins a trace. */
  readonly parent?: string | undefined;
  /** Others that it belongs to, by their `traceparent`. */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
  /** Milliseconds since the epoch; default now. */
  readonly beganAt?: number;
}

/** Tells a collector what this process does. Nothing waits for it, and nothing fails with it. */
export interface Tracing {
  begin(name: string, options?: SpanOptions): TraceSpan;
  /** Tells what has not been told yet, for some seconds at most. */
  stop(): Promise<void>;
}

/** Does something in a span, where there is one. `failureOf`: in a word, what the result tells of a failure; a throw is `failed`. */
export async function inSpan<Result>(
  span: TraceSpan | undefined,
  work: () => Promise<Result>,
  failureOf: (result: Result) => string | undefined,
): Promise<Result> {
  try {
    const result = await work();
    span?.end(failureOf(result));
    return result;
  } catch (error) {
    span?.end('failed');
    throw error;
  }
}

const pattern = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

/** The parts of a `traceparent` (W3C Trace Context, 3.2); undefined for what is none. */
export function partsOfTraceparent(
  text: string | undefined,
): { readonly traceId: string; readonly spanId: string; readonly flags: number } | undefined {
  const [, traceId, spanId, flags] = pattern.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Whether both belong to one trace. */
export function isSameTrace(one: string, other: string): boolean {
  return one.slice(3, 35) === other.slice(3, 35);
}
