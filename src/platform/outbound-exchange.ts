import { type Dispatcher, errors } from 'undici';
import type { Clock, TimerHandle } from './clock.js';
import { OutboundError, type OutboundErrorKind, reasonOf, tooLarge } from './outbound-error.js';
import type { OutboundRequest } from './outbound-http.js';

/** A response as it was sent, still compressed. */
export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Sends one request and takes its response, within the bounds of the request. @throws OutboundError */
export function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: OutboundRequest,
  clock: Clock,
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    new Exchange(url, request, clock, { resolve, reject }).start(dispatcher);
  });
}

interface Settle {
  readonly resolve: (response: RawResponse) => void;
  readonly reject: (error: OutboundError) => void;
}

/** What undici tells about one request, in the order in which it tells it. Only the first ending counts. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #head: Omit<RawResponse, 'body'> = { status: 0, headers: new Map() };
  /** Set when the request is handed to a connection: nothing of it has been sent before. */
  #controller: Dispatcher.DispatchController | undefined;
  #failure: OutboundError | undefined;
  #timer: TimerHandle | undefined;
  #isEnded = false;
  readonly #abort = () => this.#fail('aborted', `The request to ${this.url.host} was aborted.`);

  constructor(
    private readonly url: URL,
    private readonly request: OutboundRequest,
    private readonly clock: Clock,
    private readonly settle: Settle,
  ) {}

  start(dispatcher: Dispatcher): void {
    const { clock, request, url } = this;
    const { signal, timeoutMs } = request;
    if (signal?.aborted === true) return this.#abort();
    signal?.addEventListener('abort', this.#abort);
    this.#timer = clock.setTimer(clock.now() + timeoutMs, () =>
      this.#fail('timed-out', `Expected ${url.host} to answer within ${timeoutMs} ms but it has not.`),
    );
    const { method, headers, body = null } = request;
    const path = url.pathname + url.search;
    const allHeaders = { 'accept-encoding': 'gzip', ...headers };
    try {
      dispatcher.dispatch({ origin: url.origin, path, method, headers: allHeaders, body }, this);
    } catch (error) {
      this.#fail('invalid-request', `The request to ${url.host} cannot be sent: ${reasonOf(error)}.`);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It has failed while it waited for a connection: it is not sent at all.
    if (this.#failure !== undefined) controller.abort(this.#failure);
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return;
    this.#head = { status, headers: headerMap(headers) };
    if (this.request.method !== 'HEAD') this.#checkSize(Number(this.#head.headers.get('content-length')));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    this.#checkSize(this.#size);
    if (!this.#isEnded) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#end()) this.settle.resolve({ ...this.#head, body: Buffer.concat(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof OutboundError) this.#failWith(error);
    else this.#fail(kindOf(error), `Expected a response from ${this.url.host} but found ${reasonOf(error)}.`);
  }

  #checkSize(bytes: number): void {
    const { maxResponseBytes } = this.request;
    if (bytes > maxResponseBytes) this.#failWith(tooLarge(this.url.host, maxResponseBytes));
  }

  #fail(kind: OutboundErrorKind, message: string): void {
    this.#failWith(new OutboundError(kind, message, this.#controller !== undefined));
  }

  #failWith(error: OutboundError): void {
    if (!this.#end()) return;
    this.#failure = error;
    this.settle.reject(error);
    this.#controller?.abort(error);
  }

  /** Answers whether this is the first ending. */
  #end(): boolean {
    if (this.#isEnded) return false;
    this.#isEnded = true;
    this.#timer?.cancel();
    this.request.signal?.removeEventListener('abort', this.#abort);
    return true;
  }
}

function kindOf(error: Error): OutboundErrorKind {
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return 'invalid-response';
  }
  return error instanceof errors.InvalidArgumentError ? 'invalid-request' : 'connection-lost';
}

function headerMap(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
