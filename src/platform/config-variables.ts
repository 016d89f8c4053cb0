import { z } from 'zod';
import { jwtAlgorithms } from './jwt-config.js';
import { logLevels } from './logger.js';
import { type Mailbox, parseMailbox } from './mailbox.js';
import { parseOutboundAllowList } from './outbound-allow-list.js';
import { isSafeUrl } from './safe-url.js';
import { parseSmtpUrl } from './smtp-url.js';
import { parseTenantLimits } from './tenant-limits.js';
import { parseTimeToLive } from './time-to-live.js';

const shortestApiKey = 16;
const largestBodyBytes = 1024 ** 3;
const longestGraceMs = 10 * 60_000;
const longestScriptMs = 10 * 60_000;
const largestScriptMb = 1_024;
const mostJobs = 10_000;
const mostProxies = 10;
const longestToleranceMs = 5 * 60_000;
const longestLeaseMs = 60 * 60_000;
const longestSessionMs = 31 * 24 * 60 * 60_000;
const shortestSessionMs = 60_000;

/** How jobs get to those who do them. */
export const queues = ['in-process', 'redis', 'postgres'] as const;

export const defaultProcessesDir = './processes';

/** Every variable with its default and what it must look like. The error texts complete the words "expected …". */
export const configSchema = z.object({
  PORT: integer(0, 65_535).default(8080),
  HOST: text(/^[^\s/]+$/, 'a host name or an IP address to listen on').default('127.0.0.1'),
  DATABASE_URL: text(isDatabaseUrl, 'sqlite:<path>, postgres://<…> or postgresql://<…>').default(
    'sqlite:./data/throughline.db',
  ),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  QUEUE: oneOf(queues).optional(),
  QUEUE_PREFIX: text(
    /^[a-z][a-z0-9_]{0,30}$/,
    'a lower-case letter, then at most 30 lower-case letters, digits and underscores',
  ).default('throughline'),
  JOBS_IN_SERVER: oneOf(['true', 'false']).default('true'),
  JOB_CONCURRENCY: integer(1, mostJobs).default(100),
  JOB_LEASE_MS: integer(1_000, longestLeaseMs).default(30_000),
  LOG_LEVEL: oneOf(logLevels).default('info'),
  PROCESSES_DIR: z.string().default(defaultProcessesDir),
  HANDLERS_DIR: z.string().optional(),
  CHANNELS_FILE: z.string().optional(),
  EVENT_SOURCE: text(
    /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i,
    'a URI such as https://journeys.example.com',
  ).default('urn:throughline'),
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  BACKEND_URL: url(['http:', 'https:']).optional(),
  SMTP_URL: text(
    isSmtpUrl,
    'smtp://<host> or smtps://<host>, perhaps with user:password@, a port and ?tls=required',
  ).optional(),
  MAIL_FROM: mailbox().default({ name: 'Throughline', address: 'throughline@localhost' }),
  OUTBOX_DIR: z.string().default('./data/outbox'),
  THROUGHLINE_API_KEY: text(
    (key) => key.length >= shortestApiKey && !key.startsWith('tl_'),
    `at least ${shortestApiKey} characters, and no tl_ at the beginning, which the keys have that are made with it`,
  ).optional(),
  JWT_ISSUER: text(
    (value) => parsedUrl(value) !== undefined,
    'the URL of an issuer, as its tokens have it in iss',
  ).optional(),
  JWT_AUDIENCE: list((item) => item !== '', 'audiences separated by commas').default([]),
  JWT_JWKS_URL: text(isSafeUrl, 'a URL of https, or of http on this machine').optional(),
  JWT_ALGORITHMS: list(isJwtAlgorithm, `some of ${jwtAlgorithms.join(', ')}, separated by commas`).default([
    ...(['RS256', 'PS256', 'ES256', 'EdDSA'] as const),
  ]),
  JWT_TYPES: list((item) => /^[\w/+.-]+$/.test(item), 'values of typ separated by commas').default([
    'at+jwt',
  ]),
  JWT_SCOPES: list((item) => /^[\x21-\x7e]+$/.test(item), 'scopes separated by commas').default([]),
  JWT_CLOCK_TOLERANCE_MS: integer(0, longestToleranceMs).default(5_000),
  JWT_NAME_CLAIM: z.string().default('sub'),
  JWT_ROLES_CLAIM: z.string().default('roles'),
  JWT_TENANT_CLAIM: z.string().optional(),
  JWT_GRANTS_CLAIM: z.string().default('grants'),
  PUBLIC_URL: text(
    isSafeOrigin,
    'the origin that browsers see, https://<host> without a path, or http:// on this machine',
  ).optional(),
  OIDC_ISSUER: text(isSafeIssuer, 'the URL of an issuer, of https, or of http on this machine').optional(),
  OIDC_CLIENT_ID: text(/^[\x20-\x7e]+$/, 'the id of a client, in ASCII').optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_SCOPES: list((item) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(item), 'scopes separated by commas').default(
    ['openid', 'profile'],
  ),
  OIDC_ALGORITHMS: list(isJwtAlgorithm, `some of ${jwtAlgorithms.join(', ')}, separated by commas`).default([
    ...(['RS256', 'PS256', 'ES256', 'EdDSA'] as const),
  ]),
  OIDC_CLOCK_TOLERANCE_MS: integer(0, longestToleranceMs).default(5_000),
  OIDC_NAME_CLAIM: z.string().default('sub'),
  OIDC_ROLES_CLAIM: z.string().default('roles'),
  OIDC_TENANT_CLAIM: z.string().optional(),
  OIDC_GRANTS_CLAIM: z.string().default('grants'),
  SESSION_IDLE_MS: integer(shortestSessionMs, longestSessionMs).default(30 * 60_000),
  SESSION_LIFETIME_MS: integer(shortestSessionMs, longestSessionMs).default(8 * 60 * 60_000),
  TENANT_LIMITS: text(
    (value) => parseTenantLimits(value) !== undefined,
    'JSON such as {"*": {"requestsPerSecond": 100, "principalRequestsPerSecond": 20, "bodyBytes": 65536, "activeInstances": 10000}}',
  )
    .transform((value) => parseTenantLimits(value) ?? {})
    .default({}),
  BODY_LIMIT_BYTES: integer(1, largestBodyBytes).default(5 * 1024 * 1024),
  SHUTDOWN_GRACE_MS: integer(0, longestGraceMs).default(10_000),
  SCRIPT_TIMEOUT_MS: integer(1, longestScriptMs).default(1_000),
  SCRIPT_MEMORY_MB: integer(1, largestScriptMb).default(64),
  HISTORY_TTL: text(
    (value) => parseTimeToLive(value) !== undefined,
    'days such as 90, or an ISO 8601 duration such as P90D',
  )
    .transform((value) => parseTimeToLive(value) ?? 0)
    .optional(),
  AUDIT_TTL: text(
    (value) => parseTimeToLive(value) !== undefined,
    'days such as 730, or an ISO 8601 duration such as P2Y',
  )
    .transform((value) => parseTimeToLive(value) ?? 0)
    .optional(),
  AUDIT_JOB_WORK: oneOf(['true', 'false']).default('false'),
  REDACTED_VARIABLES: list((item) => item !== '', 'names of variables separated by commas').default([]),
  TRUSTED_PROXIES: integer(0, mostProxies).default(0),
  WEBHOOK_LOG_TTL: text(
    (value) => parseTimeToLive(value) !== undefined,
    'days such as 7, or an ISO 8601 duration such as P7D',
  )
    .default('P7D')
    .transform((value) => parseTimeToLive(value) ?? 0),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:']).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: text(
    (value) => parseOtlpHeaders(value) !== undefined,
    'headers such as authorization=Bearer%20abc, separated by commas',
  )
    .transform((value) => parseOtlpHeaders(value) ?? {})
    .default({}),
  OTEL_SERVICE_NAME: z.string().default('throughline'),
  OTEL_TRACES_SAMPLER_ARG: text(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, 'a share from 0 to 1')
    .transform(Number)
    .default(1),
  ALLOWED_HOSTS: list(isHostHeader, 'host names, with or without a port, separated by commas').default([]),
  ALLOWED_ORIGINS: list(isOrigin, 'origins such as https://app.example.org, separated by commas').default([]),
  OUTBOUND_ALLOW: list(
    isOutboundException,
    'hosts or networks such as crm.internal, 10.1.2.3:8080 or 10.1.0.0/16, separated by commas',
  ).default([]),
});

/** The names of the variables in `configSchema`. */
export const configVariables: readonly string[] = configSchema.keyof().options;

/** `THROUGHLINE_SECRET_<NAME>` is the secret `<NAME>` of an adapter. */
export const secretPrefix = 'THROUGHLINE_SECRET_';

const secretVariables = ['THROUGHLINE_API_KEY', 'OIDC_CLIENT_SECRET', 'OTEL_EXPORTER_OTLP_HEADERS'];

/** How a wrong value appears in an error message: quoted, but never with credentials in it. */
export function shownValue(name: string, value: string | undefined): string {
  if (value === undefined || value.trim() === '') return 'nothing';
  if (secretVariables.includes(name)) return `${value.length} characters`;
  const withoutCredentials = value.replace(/\/\/.*@/, '//***@').replace(/(password=)[^&]*/gi, '$1***');
  return JSON.stringify(withoutCredentials);
}

function text(accepts: RegExp | ((value: string) => boolean), expected: string) {
  const isAccepted = accepts instanceof RegExp ? (value: string) => accepts.test(value) : accepts;
  return z.string().refine(isAccepted, { error: expected });
}

function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

function integer(min: number, max: number) {
  return z
    .string()
    .refine((value) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: `an integer from ${min} to ${max}`,
    })
    .transform(Number);
}

function url(protocols: readonly string[]) {
  return text(
    (value) => protocols.includes(parsedUrl(value)?.protocol ?? ''),
    `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );
}

function list(isItem: (value: string) => boolean, expected: string) {
  return z
    .string()
    .transform((value) => value.split(',').map((item) => item.trim()))
    .transform((items) => items.filter((item) => item !== ''))
    .refine((items) => items.every(isItem), { error: expected });
}

function mailbox() {
  return z.string().transform((value, context): Mailbox => {
    const parsed = parseMailbox(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: 'an address such as a@example.org or Ann <a@example.org>' });
    return z.NEVER;
  });
}

function isSmtpUrl(value: string): boolean {
  try {
    parseSmtpUrl(value);
    return true;
  } catch {
    return false;
  }
}

function isDatabaseUrl(value: string): boolean {
  if (value.startsWith('sqlite:')) return value.length > 'sqlite:'.length && !value.startsWith('sqlite://');
  return ['postgres:', 'postgresql:'].includes(parsedUrl(value)?.protocol ?? '') && value.includes('://');
}

function isHostHeader(value: string): boolean {
  return /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(value);
}

function isOrigin(value: string): boolean {
  const parsed = parsedUrl(value);
  return (
    /^https?:$/.test(parsed?.protocol ?? '') && parsed?.origin === value.toLowerCase().replace(/\/$/, '')
  );
}

/** An issuer has neither a query nor a fragment (OpenID Connect Discovery, 3). */
function isSafeIssuer(value: string): boolean {
  return isSafeUrl(value) && !/[?#]/.test(value);
}

function isSafeOrigin(value: string): boolean {
  return isOrigin(value) && isSafeUrl(value);
}

function isJwtAlgorithm(item: string): boolean {
  return jwtAlgorithms.some((algorithm) => algorithm === item);
}

function parsedUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}

/** As W3C Baggage writes members: percent-encoded values. */
function parseOtlpHeaders(value: string): Readonly<Record<string, string>> | undefined {
  try {
    const headers = value.split(',').map((item) => /^\s*([\w!#$%&'*+.^`|~-]+)=(.*?)\s*$/s.exec(item));
    const entries = headers.map((found) => [found?.[1] ?? '', decodeURIComponent(found?.[2] ?? '')] as const);
    return entries.every(([name]) => name !== '') ? Object.fromEntries(entries) : undefined;
  } catch {
    return undefined;
  }
}

function isOutboundException(item: string): boolean {
  try {
    parseOutboundAllowList([item]);
    return true;
  } catch {
    return false;
  }
}
