/** Why there is no response. */
export type OutboundErrorKind =
  | 'invalid-request'
  /** The address is not one that may be called. */
  | 'address-refused'
  /** No such name, or one without an address. */
  | 'name-unknown'
  /** Nobody listens, no route, no agreement on TLS. */
  | 'connect-failed'
  /** The connection ended before the response did. */
  | 'connection-lost'
  | 'timed-out'
  | 'aborted'
  | 'too-large'
  /** Something that is not HTTP, or cannot be decompressed. */
  | 'invalid-response';

/** There is no response. The message tells neither path nor query, which may hold secrets. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';

  constructor(
    readonly kind: OutboundErrorKind,
    message: string,
    /** False when surely nothing of the request has reached the service. */
    readonly mayHaveArrived: boolean,
  ) {
    super(message);
  }
}

/** The code that Node and undici give their errors. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The error's message without its full stop. Several attempts at one name fail as an AggregateError without a message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message === '' ? (codeOf(error) ?? error.name) : error.message;
  return text.replace(/\.$/, '');
}

export function tooLarge(host: string, limit: number): OutboundError {
  return new OutboundError('too-large', `Expected at most ${limit} bytes from ${host} but found more.`, true);
}
