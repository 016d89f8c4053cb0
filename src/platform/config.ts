import type { z } from 'zod';
import { configSchema, configVariables, secretPrefix, shownValue } from './config-variables.js';
import type { LimitsByTenant } from './tenant-limits.js';
import type { LogLevel } from './logger.js';
import { isLoopback } from './loopback.js';
import { type JwtConfig, jwtConfigFrom } from './jwt-config.js';
import { type OidcConfig, oidcConfigFrom } from './oidc-config.js';
import type { Mailbox } from './mailbox.js';
import type { TracingConfig } from './otlp-tracing.js';
import { type PathVariable, unreadablePaths } from './readable-paths.js';

export { isLoopback } from './loopback.js';

/** The environment that configuration is read from, usually `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that an operator can set, checked and complete. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Where state is kept: `sqlite:<path>`, one file of this server's own, or `postgres://…`, which several nodes share. */
  readonly databaseUrl: string;
  /** How jobs get to those who do them. */
  readonly queue: QueueConfig;
  /** Whether the server does jobs itself; else `throughline worker` does. */
  readonly jobsInServer: boolean;
  /** How many jobs of all types a process does at once. */
  readonly jobConcurrency: number;
  /** How long a job waits for another to do it when whoever holds it has died. */
  readonly jobLeaseMs: number;
  readonly logLevel: LogLevel;
  /** Folder of the models that are deployed at the start. */
  readonly processesDir: string;
  /** Folder of job handlers that the operator adds. */
  readonly handlersDir: string | undefined;
  /** JSON file of the channels of people: telephone, mail, text; see `loadChannels`. */
  readonly channelsFile: string | undefined;
  /** The URI that events give as their source. */
  readonly eventSource: string;
  readonly nodeEnv: 'development' | 'production' | 'test';
  /** The business backend that the integration adapters call. */
  readonly backendUrl: string | undefined;
  /** The mail server, `smtp://…` or `smtps://…` (see `parseSmtpUrl`); without it e-mails are written to `outboxDir`. */
  readonly smtpUrl: string | undefined;
  /** Whom e-mails come from. */
  readonly mailFrom: Mailbox;
  /** Folder of the e-mails that are not sent. */
  readonly outboxDir: string;
  /** The bootstrap administrator's key. */
  readonly apiKey: string | undefined;
  /** Which bearer JWTs are believed; undefined: none. */
  readonly jwt: JwtConfig | undefined;
  /** How people sign in; undefined: nobody does. */
  readonly oidc: OidcConfig | undefined;
  readonly bodyLimitBytes: number;
  readonly tenantLimits: LimitsByTenant;
  /** How long a shutdown waits for what is in flight. */
  readonly shutdownGraceMs: number;
  /** How long a script task's JavaScript may run. */
  readonly scriptTimeoutMs: number;
  /** How much memory it may have. */
  readonly scriptMemoryBytes: number;
  /** How long ended process instances are kept whose model does not say it, and batches; undefined: for ever. */
  readonly historyTtlMs: number | undefined;
  /** How long the audit log is kept; undefined: for ever. */
  readonly auditTtlMs: number | undefined;
  /** Whether what workers do with jobs is in it too. */
  readonly auditJobWork: boolean;
  /** Names of variables whose values are not told in logs, audit log and history. */
  readonly redactedVariables: readonly string[];
  /** How many proxies before this server say truly, in `X-Forwarded-For`, by whom they were asked. */
  readonly trustedProxies: number;
  /** How long deliveries of webhooks are kept that have ended. */
  readonly webhookLogTtlMs: number;
  /** Where traces are told; undefined: nowhere. */
  readonly tracing: TracingConfig | undefined;
  /** `Host` header values, in lower case, that are accepted besides the loopback ones. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may call the server. */
  readonly allowedOrigins: readonly string[];
  /** Private hosts and networks that integration adapters may call besides BACKEND_URL's. */
  readonly outboundAllow: readonly string[];
  /** Secrets for adapters: `THROUGHLINE_SECRET_CRM_TOKEN` is under `CRM_TOKEN`. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What is probably a mistake but does not prevent a start; to be logged. */
  readonly warnings: readonly string[];
}

/** BullMQ carries jobs on Redis or PostgreSQL under a prefix (there, a schema); else they are done in the server alone. */
export type QueueConfig =
  | { readonly kind: 'in-process' }
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly prefix: string };

/** What is wrong with one variable. `found` shows no credentials. */
export interface ConfigProblem {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

/** The environment does not make a configuration. The message names every variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(
      ({ name, expected, found }) => `\n  ${name}: expected ${expected}, found ${found}`,
    );
    super(`The configuration cannot be used:${lines.join('')}`);
  }
}

type ConfigValues = z.output<typeof configSchema>;

/** Belongs to the command line client, which may run in the same environment. */
const clientVariables: readonly string[] = ['THROUGHLINE_URL', 'THROUGHLINE_TOKEN', 'THROUGHLINE_TENANT'];

/**
 * Reads the configuration. A blank variable counts as absent. Folders and files of the variables in `read` must be there: the caller is
 * about to read them. Throws one `ConfigError` for all that is wrong.
 */
export function loadConfig(env: Environment, read: readonly PathVariable[] = []): Config {
  const present = presentVariables(env);
  const parsed = configSchema.safeParse(Object.fromEntries(present));
  const problems = [...(parsed.error?.issues ?? [])].map((issue): ConfigProblem => {
    const name = String(issue.path[0]);
    return { name, expected: issue.message, found: shownValue(name, present.get(name)) };
  });
  problems.push(
    ...missingApiKey(present),
    ...missingSender(present),
    ...missingQueue(present),
    ...missingOfJwt(present),
    ...missingOfOidc(present),
    ...unreadablePaths(present, read),
  );
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const values = parsed.data;
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    queue: queueFrom(values),
    jobsInServer: values.JOBS_IN_SERVER === 'true',
    jobConcurrency: values.JOB_CONCURRENCY,
    jobLeaseMs: values.JOB_LEASE_MS,
    logLevel: values.LOG_LEVEL,
    processesDir: values.PROCESSES_DIR,
    handlersDir: values.HANDLERS_DIR,
    channelsFile: values.CHANNELS_FILE,
    eventSource: values.EVENT_SOURCE,
    nodeEnv: values.NODE_ENV,
    backendUrl: values.BACKEND_URL,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    outboxDir: values.OUTBOX_DIR,
    apiKey: values.THROUGHLINE_API_KEY,
    jwt: jwtConfigFrom(values),
    oidc: oidcConfigFrom(values),
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
    tenantLimits: values.TENANT_LIMITS,
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
    scriptTimeoutMs: values.SCRIPT_TIMEOUT_MS,
    scriptMemoryBytes: values.SCRIPT_MEMORY_MB * 1024 * 1024,
    historyTtlMs: values.HISTORY_TTL,
    auditTtlMs: values.AUDIT_TTL,
    auditJobWork: values.AUDIT_JOB_WORK === 'true',
    redactedVariables: values.REDACTED_VARIABLES,
    trustedProxies: values.TRUSTED_PROXIES,
    webhookLogTtlMs: values.WEBHOOK_LOG_TTL,
    allowedHosts: [...values.ALLOWED_HOSTS.map((host) => host.toLowerCase()), ...publicHost(values)],
    tracing: tracingFrom(values),
    allowedOrigins: values.ALLOWED_ORIGINS.map((origin) => new URL(origin).origin),
    outboundAllow: values.OUTBOUND_ALLOW,
    secrets: secretsFrom(present),
    warnings: warningsAbout(present, values.DATABASE_URL),
  };
}

function presentVariables(env: Environment): ReadonlyMap<string, string> {
  const present = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value.trim() !== '') present.set(name, value.trim());
  }
  return present;
}

function missingApiKey(present: ReadonlyMap<string, string>): readonly ConfigProblem[] {
  if (present.has('THROUGHLINE_API_KEY') || present.has('OIDC_ISSUER')) return [];
  const host = present.get('HOST');
  const because =
    present.get('NODE_ENV') === 'production'
      ? 'NODE_ENV is production'
      : host !== undefined && !isLoopback(host) && `HOST ${JSON.stringify(host)} is not a loopback address`;
  if (because === false) return [];
  return [
    { name: 'THROUGHLINE_API_KEY', expected: `a key, or OIDC_ISSUER, because ${because}`, found: 'nothing' },
  ];
}

/** Our own default is nobody's address: replies to it and complaints about it would be lost. */
function missingSender(present: ReadonlyMap<string, string>): readonly ConfigProblem[] {
  if (!present.has('SMTP_URL') || present.has('MAIL_FROM')) return [];
  return [{ name: 'MAIL_FROM', expected: 'a sender because SMTP_URL is set', found: 'nothing' }];
}

/** A token whose audience nobody checks is one that was made for somebody else. */
function missingOfJwt(present: ReadonlyMap<string, string>): readonly ConfigProblem[] {
  if (!present.has('JWT_ISSUER')) return [];
  return ['JWT_AUDIENCE', 'JWT_JWKS_URL']
    .filter((name) => !present.has(name))
    .map((name) => ({ name, expected: 'a value because JWT_ISSUER is set', found: 'nothing' }));
}

function missingOfOidc(present: ReadonlyMap<string, string>): readonly ConfigProblem[] {
  if (!present.has('OIDC_ISSUER')) return [];
  return ['OIDC_CLIENT_ID', 'PUBLIC_URL']
    .filter((name) => !present.has(name))
    .map((name) => ({ name, expected: 'a value because OIDC_ISSUER is set', found: 'nothing' }));
}

/** The name under which browsers come. */
function publicHost({ PUBLIC_URL }: ConfigValues): readonly string[] {
  return PUBLIC_URL === undefined ? [] : [new URL(PUBLIC_URL).host];
}

function missingQueue(present: ReadonlyMap<string, string>): readonly ConfigProblem[] {
  const queue = present.get('QUEUE');
  if (queue === 'redis' && !present.has('REDIS_URL')) {
    return [{ name: 'REDIS_URL', expected: 'a URL because QUEUE is redis', found: 'nothing' }];
  }
  const databaseUrl = present.get('DATABASE_URL');
  if (queue === 'postgres' && !/^postgres(ql)?:/.test(databaseUrl ?? '')) {
    const found = shownValue('DATABASE_URL', databaseUrl);
    return [{ name: 'DATABASE_URL', expected: 'postgres://<…> because QUEUE is postgres', found }];
  }
  return [];
}

function tracingFrom(values: ConfigValues): TracingConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = values;
  if (endpoint === undefined) return undefined;
  return {
    endpoint,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: values.OTEL_SERVICE_NAME,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
  };
}

function queueFrom({ QUEUE, REDIS_URL, QUEUE_PREFIX, DATABASE_URL }: ConfigValues): QueueConfig {
  const kind = QUEUE ?? (REDIS_URL === undefined ? 'in-process' : 'redis');
  const prefix = QUEUE_PREFIX;
  switch (kind) {
    case 'redis':
      return REDIS_URL === undefined ? { kind: 'in-process' } : { kind, url: REDIS_URL, prefix };
    case 'postgres':
      return { kind, url: DATABASE_URL, prefix };
    case 'in-process':
      return { kind };
    default:
      return kind satisfies never;
  }
}

function secretsFrom(present: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const [name, value] of present) {
    const secretName = name.slice(secretPrefix.length);
    if (name.startsWith(secretPrefix) && secretName !== '') secrets.set(secretName, value);
  }
  return secrets;
}

function warningsAbout(present: ReadonlyMap<string, string>, databaseUrl: string): readonly string[] {
  const known = [...configVariables, ...clientVariables];
  const unknown = [...present.keys()].filter(
    (name) => name.startsWith('THROUGHLINE_') && !known.includes(name) && !isSecretVariable(name),
  );
  const warnings = unknown.map((name) => `${name} is set but is not a variable of this server.`);
  if (databaseUrl === 'sqlite::memory:') {
    warnings.push('DATABASE_URL is sqlite::memory:, so that nothing survives the end of the process.');
  }
  return warnings;
}

function isSecretVariable(name: string): boolean {
  return name.startsWith(secretPrefix) && name.length > secretPrefix.length;
}
