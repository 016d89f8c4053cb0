/** What a code of `application/problem+json` (RFC 9457) stands for. */
export interface ProblemCodeDeclaration {
  readonly status: number;
  readonly title: string;
  /** When it is answered, and what the caller can do. */
  readonly meaning: string;
}

/** Every problem that the interface answers, by its code. */
export const problemCodes = {
  'validation-failed': {
    status: 400,
    title: 'The request does not match the contract',
    meaning:
      'A field is missing, unknown, of the wrong type or out of bounds; `errors` names each. Nothing was done.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The body is no JSON text (RFC 8259) in UTF-8; `detail` names line and column.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The HTTP request, its path encoding, its content encoding or its multipart body is broken.',
  },
  'invalid-argument': {
    status: 400,
    title: 'The request cannot be done as asked',
    meaning: 'The fields are well formed, but their values do not fit each other or the model.',
  },
  'invalid-model': {
    status: 400,
    title: 'The model cannot be deployed',
    meaning: '`diagnostics` says what is wrong, by element and line. Nothing was deployed.',
  },
  unauthorized: {
    status: 401,
    title: 'Credentials are missing or wrong',
    meaning:
      'Send `Authorization: Bearer` with an API key, or with a token of the configured issuer that is valid now. Where people sign in, `Throughline-Login` says where.',
  },
  forbidden: {
    status: 403,
    title: 'The caller lacks the permission',
    meaning: 'The caller is known but may not do this.',
  },
  'forbidden-host': {
    status: 403,
    title: 'The Host header is not one of this server',
    meaning:
      'The server does not answer under this name; ALLOWED_HOSTS adds names. It protects against DNS rebinding.',
  },
  'forbidden-origin': {
    status: 403,
    title: 'The web page may not call this server',
    meaning: 'The Origin header names another site; ALLOWED_ORIGINS adds sites.',
  },
  'csrf-refused': {
    status: 403,
    title: 'A change by cookie must come from the page of this server',
    meaning:
      'A request with the cookie of a session changes something and comes from elsewhere, or lacks `Throughline-Csrf: 1`. Programs send `Authorization` instead.',
  },
  'sign-in-refused': {
    status: 403,
    title: 'Nobody was signed in',
    meaning:
      'The sign-in is over, was not granted by the identity provider, was answered with what cannot be believed, or is of somebody without a role here. Begin again at `/login`.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    meaning: 'The path is unknown, or nothing has this id (or it belongs to another tenant).',
  },
  'no-subscription': {
    status: 404,
    title: 'Nobody waits for the message',
    meaning:
      'No process instance waits for a message of this name and correlation key, and none was started.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path does not know this method',
    meaning: 'The `Allow` header lists the methods of the path.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request came too slowly',
    meaning: 'Headers or body were not complete in time. The connection is closed.',
  },
  'invalid-state': {
    status: 409,
    title: 'The state does not allow it',
    meaning: 'What the request is about has ended, or is in another state than the request needs.',
  },
  suspended: {
    status: 409,
    title: 'The process instance is suspended',
    meaning: 'Nothing was changed: send it again when the process instance has been resumed.',
  },
  'job-not-held': {
    status: 409,
    title: 'The job is held by a later activation, or by nobody',
    meaning: 'The `fence` is not that of the present activation, or its time is over. Nothing was changed.',
  },
  'idempotency-key-in-flight': {
    status: 409,
    title: 'A request with this Idempotency-Key is being done',
    meaning: 'Wait and send it again: the answer will be that of the first request.',
  },
  'events-gone': {
    status: 410,
    title: 'Events after the position have been removed',
    meaning:
      'Process instances are kept no longer than their time to live, and their events with them. Read the present state, then follow the events from now on.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'The body, or what it unpacks to, is larger than BODY_LIMIT_BYTES (5 MiB unless configured).',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a type that is not read here',
    meaning: 'The Content-Type is missing or another than documented, or its charset is not UTF-8.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    meaning: 'Within 24 hours a key belongs to one request: use a new key for a new request.',
  },
  'limit-exceeded': {
    status: 422,
    title: 'A limit would be exceeded',
    meaning: '`detail` names the limit. Nothing was changed.',
  },
  'decision-failed': {
    status: 422,
    title: 'The decision has no result for these variables',
    meaning:
      'The variables do not fit the model: a value of another type, a rule too many for the hit policy. `detail` says what.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests at once',
    meaning: 'Send it again after the time in `Retry-After`.',
  },
  'header-fields-too-large': {
    status: 431,
    title: 'The header fields are too large',
    meaning: 'The header of the request is larger than the server reads.',
  },
  'internal-error': {
    status: 500,
    title: 'The server has made a mistake',
    meaning: 'It is logged under the `x-request-id` of the answer.',
  },
  'service-unavailable': {
    status: 503,
    title: 'The server cannot do it now',
    meaning:
      'The database is away or full, or the server is stopping: send it again after `Retry-After`, with the same `Idempotency-Key`. Nothing was done, unless `detail` says that nobody knows.',
  },
} as const satisfies Record<string, ProblemCodeDeclaration>;

/** The `code` of a problem; its `type` ends in it. */
export type ProblemCode = keyof typeof problemCodes;

/** Where the type of a problem is named: a URL relative to the server. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code}`;
}
