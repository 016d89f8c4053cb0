import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { configVariables } from '../../src/platform/config-variables.js';
import { ConfigError, type ConfigProblem, isLoopback, loadConfig } from '../../src/platform/config.js';

const apiKey = 'a-key-of-16-char';

function problemsOf(env: Record<string, string>): readonly ConfigProblem[] {
  try {
    loadConfig(env);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

describe('loadConfig', () => {
  it('has a default for everything', () => {
    assert.deepEqual(loadConfig({}), {
      port: 8080,
      host: '127.0.0.1',
      databaseUrl: 'sqlite:./data/throughline.db',
      queue: { kind: 'in-process' },
      jobsInServer: true,
      jobConcurrency: 100,
      jobLeaseMs: 30_000,
      logLevel: 'info',
      processesDir: './processes',
      handlersDir: undefined,
      historyTtlMs: undefined,
      auditTtlMs: undefined,
      auditJobWork: false,
      redactedVariables: [],
      trustedProxies: 0,
      tracing: undefined,
      webhookLogTtlMs: 7 * 24 * 60 * 60_000,
      channelsFile: undefined,
      eventSource: 'urn:throughline',
      nodeEnv: 'development',
      backendUrl: undefined,
      smtpUrl: undefined,
      mailFrom: { name: 'Throughline', address: 'throughline@localhost' },
      outboxDir: './data/outbox',
      apiKey: undefined,
      jwt: undefined,
      oidc: undefined,
      bodyLimitBytes: 5_242_880,
      tenantLimits: {},
      shutdownGraceMs: 10_000,
      scriptTimeoutMs: 1_000,
      scriptMemoryBytes: 64 * 1024 * 1024,
      allowedHosts: [],
      allowedOrigins: [],
      outboundAllow: [],
      secrets: new Map(),
      warnings: [],
    });
  });

  it('reads every variable', () => {
    const config = loadConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgresql://user:pass@db:5432/throughline',
      REDIS_URL: 'rediss://redis:6379',
      LOG_LEVEL: 'silent',
      PROCESSES_DIR: '/srv/processes',
      HANDLERS_DIR: '/srv/handlers',
      HISTORY_TTL: 'P90D',
      AUDIT_TTL: '730',
      AUDIT_JOB_WORK: 'true',
      REDACTED_VARIABLES: 'password, iban',
      TRUSTED_PROXIES: '2',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.org:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-scope=a=b',
      OTEL_SERVICE_NAME: 'journeys',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      WEBHOOK_LOG_TTL: 'PT12H',
      CHANNELS_FILE: '/srv/channels.json',
      EVENT_SOURCE: 'https://journeys.example.org',
      NODE_ENV: 'production',
      BACKEND_URL: 'https://backend.example.org/api',
      SMTP_URL: 'smtps://user:p%40ss@mail.example.org',
      MAIL_FROM: 'Help <help@example.org>',
      OUTBOX_DIR: '/srv/outbox',
      THROUGHLINE_API_KEY: apiKey,
      JWT_ISSUER: 'https://id.example.org',
      JWT_AUDIENCE: 'journeys, helpdesk',
      JWT_JWKS_URL: 'https://id.example.org/keys',
      JWT_ALGORITHMS: 'ES256',
      JWT_TYPES: 'application/AT+JWT, JWT',
      JWT_SCOPES: 'journeys:call',
      JWT_CLOCK_TOLERANCE_MS: '0',
      JWT_NAME_CLAIM: 'preferred_username',
      JWT_ROLES_CLAIM: 'realm_access.roles',
      JWT_TENANT_CLAIM: 'org',
      JWT_GRANTS_CLAIM: 'https://throughline.io/grants',
      TENANT_LIMITS: '{"*":{"requestsPerSecond":7}}',
      BODY_LIMIT_BYTES: '1024',
      SHUTDOWN_GRACE_MS: '0',
      SCRIPT_TIMEOUT_MS: '250',
      SCRIPT_MEMORY_MB: '16',
      ALLOWED_HOSTS: 'Journeys.example.org, [::1]:8080 ,,localhost:9',
      ALLOWED_ORIGINS: 'https://app.example.org/,http://localhost:3000',
      OUTBOUND_ALLOW: 'crm.internal:8443, 10.1.0.0/16',
    });
    assert.deepEqual(config, {
      port: 0,
      host: '0.0.0.0',
      databaseUrl: 'postgresql://user:pass@db:5432/throughline',
      queue: { kind: 'redis', url: 'rediss://redis:6379', prefix: 'throughline' },
      jobsInServer: true,
      jobConcurrency: 100,
      jobLeaseMs: 30_000,
      logLevel: 'silent',
      processesDir: '/srv/processes',
      handlersDir: '/srv/handlers',
      historyTtlMs: 90 * 24 * 60 * 60_000,
      auditTtlMs: 730 * 24 * 60 * 60_000,
      auditJobWork: true,
      redactedVariables: ['password', 'iban'],
      trustedProxies: 2,
      tracing: {
        endpoint: 'https://collector.example.org:4318',
        headers: { authorization: 'Bearer abc', 'x-scope': 'a=b' },
        serviceName: 'journeys',
        ratio: 0.25,
      },
      webhookLogTtlMs: 12 * 60 * 60_000,
      channelsFile: '/srv/channels.json',
      eventSource: 'https://journeys.example.org',
      nodeEnv: 'production',
      backendUrl: 'https://backend.example.org/api',
      smtpUrl: 'smtps://user:p%40ss@mail.example.org',
      mailFrom: { name: 'Help', address: 'help@example.org' },
      outboxDir: '/srv/outbox',
      apiKey,
      oidc: undefined,
      jwt: {
        issuer: 'https://id.example.org',
        audiences: ['journeys', 'helpdesk'],
        jwksUrl: 'https://id.example.org/keys',
        algorithms: ['ES256'],
        types: ['at+jwt', 'jwt'],
        scopes: ['journeys:call'],
        clockToleranceMs: 0,
        claims: {
          name: 'preferred_username',
          roles: 'realm_access.roles',
          tenant: 'org',
          grants: 'https://throughline.io/grants',
        },
      },
      bodyLimitBytes: 1024,
      tenantLimits: { '*': { requestsPerSecond: 7 } },
      shutdownGraceMs: 0,
      scriptTimeoutMs: 250,
      scriptMemoryBytes: 16 * 1024 * 1024,
      allowedHosts: ['journeys.example.org', '[::1]:8080', 'localhost:9'],
      allowedOrigins: ['https://app.example.org', 'http://localhost:3000'],
      outboundAllow: ['crm.internal:8443', '10.1.0.0/16'],
      secrets: new Map(),
      warnings: [],
    });
  });

  it('believes tokens only with an audience, keys that nobody can replace on the way, and asymmetric algorithms', () => {
    const good = { JWT_ISSUER: 'https://i', JWT_AUDIENCE: 'a', JWT_JWKS_URL: 'http://127.0.0.1:1/keys' };
    assert.equal(loadConfig(good).jwt?.issuer, 'https://i');
    assert.deepEqual(
      problemsOf({ JWT_ISSUER: 'https://i' }).map(({ name }) => name),
      ['JWT_AUDIENCE', 'JWT_JWKS_URL'],
    );
    const mistakes: readonly Readonly<Record<string, string>>[] = [
      { JWT_ALGORITHMS: 'HS256' },
      { JWT_ALGORITHMS: 'none' },
      { JWT_JWKS_URL: 'http://id.example.org/keys' },
      { JWT_JWKS_URL: 'file:///etc/keys' },
    ];
    for (const wrong of mistakes) {
      const [name = ''] = Object.keys(wrong);
      assert.deepEqual(
        problemsOf({ ...good, ...wrong }).map((problem) => problem.name),
        [name],
      );
    }
  });

  it('has people sign in only with a client and an origin, and nothing that others can read or replace', () => {
    const good = {
      OIDC_ISSUER: 'https://id.example.com/realms/shop',
      OIDC_CLIENT_ID: 'throughline',
      PUBLIC_URL: 'https://journeys.example.com/',
    };
    assert.deepEqual(loadConfig({ ...good, HOST: '0.0.0.0', NODE_ENV: 'production' }).oidc, {
      issuer: 'https://id.example.com/realms/shop',
      clientId: 'throughline',
      scopes: ['profile'],
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      clockToleranceMs: 5_000,
      claims: { name: 'sub', roles: 'roles', grants: 'grants' },
      publicOrigin: 'https://journeys.example.com',
      sessionIdleMs: 1_800_000,
      sessionLifetimeMs: 28_800_000,
    });
    const more = {
      ...good,
      OIDC_CLIENT_SECRET: 's',
      OIDC_SCOPES: 'openid, groups',
      OIDC_ALGORITHMS: 'ES256',
      OIDC_NAME_CLAIM: 'email',
      OIDC_ROLES_CLAIM: 'groups',
      OIDC_TENANT_CLAIM: 'org',
      OIDC_GRANTS_CLAIM: 'g',
      OIDC_CLOCK_TOLERANCE_MS: '0',
      SESSION_IDLE_MS: '60000',
      SESSION_LIFETIME_MS: '120000',
    };
    assert.deepEqual(loadConfig(more).oidc, {
      ...{ issuer: good.OIDC_ISSUER, clientId: 'throughline', clientSecret: 's', scopes: ['groups'] },
      ...{ algorithms: ['ES256'], clockToleranceMs: 0, publicOrigin: 'https://journeys.example.com' },
      claims: { name: 'email', roles: 'groups', tenant: 'org', grants: 'g' },
      ...{ sessionIdleMs: 60_000, sessionLifetimeMs: 120_000 },
    });
    assert.deepEqual(loadConfig(more).allowedHosts, ['journeys.example.com']);
    assert.deepEqual(
      problemsOf({ OIDC_ISSUER: good.OIDC_ISSUER }).map(({ name }) => name),
      ['OIDC_CLIENT_ID', 'PUBLIC_URL'],
    );
    for (const [name, value] of [
      ['OIDC_ISSUER', 'http://id.example.com'],
      ['OIDC_ISSUER', 'https://id.example.com/?a=b'],
      ['OIDC_ISSUER', 'id.example.com'],
      ['PUBLIC_URL', 'http://journeys.example.com'],
      ['PUBLIC_URL', 'https://journeys.example.com/base'],
      ['OIDC_ALGORITHMS', 'RS256,HS256'],
      ['OIDC_ALGORITHMS', 'none'],
      ['SESSION_IDLE_MS', '0'],
      ['SESSION_LIFETIME_MS', '8h'],
    ] as const) {
      assert.deepEqual(
        problemsOf({ ...good, [name]: value }).map((problem) => problem.name),
        [name],
        value,
      );
    }
    const local = { ...good, OIDC_ISSUER: 'http://localhost:9', PUBLIC_URL: 'http://[::1]:8080' };
    assert.equal(loadConfig(local).oidc?.publicOrigin, 'http://[::1]:8080');
  });

  it('takes a blank variable as absent', () => {
    assert.deepEqual(
      loadConfig({ PORT: '', REDIS_URL: ' ', DATABASE_URL: '', HOST: undefined }),
      loadConfig({}),
    );
  });

  it('lists all that is wrong in one message, with what was expected and found', () => {
    assert.throws(() => loadConfig({ PORT: '80 80', LOG_LEVEL: 'loud', THROUGHLINE_API_KEY: 'short' }), {
      name: 'ConfigError',
      message: [
        'The configuration cannot be used:',
        '  PORT: expected an integer from 0 to 65535, found "80 80"',
        '  LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, found "loud"',
        '  THROUGHLINE_API_KEY: expected at least 16 characters, and no tl_ at the beginning, which the keys have that are made with it, found 5 characters',
      ].join('\n'),
    });
  });

  it('lists folders and files that cannot be read with the rest, for those who are about to read them', () => {
    const file = fileURLToPath(import.meta.url);
    const env = { PORT: 'x', PROCESSES_DIR: '/not there', HANDLERS_DIR: file, CHANNELS_FILE: '/nor there' };
    const message = new RegExp(
      [
        '^The configuration cannot be used:',
        '  PORT: expected an integer from 0 to 65535, found "x"',
        '  PROCESSES_DIR: expected a folder that can be read, found "/not there" \\(ENOENT.*\\)',
        '  HANDLERS_DIR: expected a folder that can be read, found ".*" \\(ENOTDIR.*\\)',
        '  CHANNELS_FILE: expected a file that can be read, found "/nor there" \\(ENOENT.*\\)$',
      ].join('\n'),
    );
    assert.throws(() => loadConfig(env, ['PROCESSES_DIR', 'HANDLERS_DIR', 'CHANNELS_FILE']), {
      name: 'ConfigError',
      message,
    });
    assert.deepEqual(
      problemsOf(env).map(({ name }) => name),
      ['PORT'],
    );
    const folder = dirname(file);
    const there = { PROCESSES_DIR: folder, HANDLERS_DIR: folder, CHANNELS_FILE: file };
    assert.equal(loadConfig(there, ['PROCESSES_DIR', 'HANDLERS_DIR', 'CHANNELS_FILE']).processesDir, folder);
    // What is not set is not looked for, but for what has a default.
    assert.doesNotThrow(() => loadConfig({ PROCESSES_DIR: folder }, ['HANDLERS_DIR', 'CHANNELS_FILE']));
  });

  const refused: readonly (readonly [string, readonly string[]])[] = [
    ['PORT', ['-1', '65536', '8080.5', '0x1f', '1e3', 'NaN']],
    ['HOST', ['http://localhost', 'two hosts']],
    ['DATABASE_URL', ['sqlite:', 'sqlite://x', 'mysql://x', 'postgres:x', './data.db']],
    ['REDIS_URL', ['http://redis', 'redis', 'localhost:6379']],
    ['QUEUE', ['bullmq', 'kafka']],
    ['QUEUE_PREFIX', ['Throughline', 'a b', 'a:b', '7', 'x'.repeat(32)]],
    ['JOBS_IN_SERVER', ['yes', '0']],
    ['JOB_CONCURRENCY', ['0', '10001', 'many']],
    ['JOB_LEASE_MS', ['999', '3600001']],
    ['NODE_ENV', ['prod']],
    ['BACKEND_URL', ['ftp://backend', 'backend:80', '/api']],
    ['SMTP_URL', ['http://mail', 'mail:25', 'smtp://', 'smtp://mail?tls=never', 'smtp://mail?debug=true']],
    ['MAIL_FROM', ['help', 'a@b, c@d', 'Help <help@>', 'x <a@b> y', 'a@b\nBcc: c@d']],
    ['BODY_LIMIT_BYTES', ['0', '5mb', '9999999999999999']],
    ['SHUTDOWN_GRACE_MS', ['-1', '10s', '2147483648']],
    ['ALLOWED_HOSTS', ['https://example.org', 'a b', '*']],
    ['ALLOWED_ORIGINS', ['*', 'example.org', 'https://example.org/path', 'ftp://example.org', 'null']],
  ];
  for (const [name, values] of refused) {
    it(`refuses a wrong ${name}`, () => {
      for (const value of values) {
        const sender: Record<string, string> = name === 'SMTP_URL' ? { MAIL_FROM: 'a@b' } : {};
        const names = problemsOf({ ...sender, [name]: value, THROUGHLINE_API_KEY: apiKey }).map(
          (problem) => problem.name,
        );
        assert.deepEqual(names, [name], `${name}=${value}`);
      }
    });
  }

  it('chooses the queue: Redis where there is one, else none, else what QUEUE says', () => {
    const postgres = 'postgres://user:secret@db/x';
    const queueOf = (env: Record<string, string>) => loadConfig(env).queue;
    assert.deepEqual(queueOf({}), { kind: 'in-process' });
    const redis = { REDIS_URL: 'redis://r', QUEUE_PREFIX: 'shop' };
    assert.deepEqual(queueOf(redis), { kind: 'redis', url: 'redis://r', prefix: 'shop' });
    assert.deepEqual(queueOf({ ...redis, QUEUE: 'in-process' }), { kind: 'in-process' });
    assert.deepEqual(queueOf({ ...redis, QUEUE: 'postgres', DATABASE_URL: postgres }), {
      kind: 'postgres',
      url: postgres,
      prefix: 'shop',
    });
    assert.deepEqual(problemsOf({ QUEUE: 'redis' }), [
      { name: 'REDIS_URL', expected: 'a URL because QUEUE is redis', found: 'nothing' },
    ]);
    assert.deepEqual(
      problemsOf({ QUEUE: 'postgres' }).map(({ name }) => name),
      ['DATABASE_URL'],
    );
  });

  it('shows no credentials in a message', () => {
    const [database] = problemsOf({ DATABASE_URL: 'mysql://root:hunter2@db/x' });
    assert.equal(database?.found, '"mysql://***@db/x"');
    const [key] = problemsOf({ THROUGHLINE_API_KEY: 'hunter2' });
    assert.equal(key?.found, '7 characters');
    const [odd] = problemsOf({ REDIS_URL: 'http://user:p@ss//word@host' });
    assert.equal(odd?.found, '"http://***@host"');
    const [query] = problemsOf({ DATABASE_URL: 'mysql://db/x?password=hunter2&ssl=1' });
    assert.equal(query?.found, '"mysql://db/x?password=***&ssl=1"');
  });

  it('refuses a root key of the form of those that are made with it, which nobody would ever be let in with', () => {
    for (const value of [`tl_${'0'.repeat(20)}_${'x'.repeat(43)}`, 'tl_a-key-that-somebody-chose']) {
      const [problem, ...others] = problemsOf({ THROUGHLINE_API_KEY: value });
      assert.match(problem?.expected ?? '', /no tl_ at the beginning/);
      assert.equal(problem?.found, `${value.length} characters`);
      assert.deepEqual(others, []);
    }
    assert.deepEqual(problemsOf({ THROUGHLINE_API_KEY: 'a tl_ that is elsewhere' }), []);
  });

  it('needs an API key where others reach the server', () => {
    const open = problemsOf({ HOST: '0.0.0.0' });
    assert.deepEqual(open, [
      {
        name: 'THROUGHLINE_API_KEY',
        expected: 'a key, or OIDC_ISSUER, because HOST "0.0.0.0" is not a loopback address',
        found: 'nothing',
      },
    ]);
    const [production] = problemsOf({ NODE_ENV: 'production' });
    assert.equal(production?.expected, 'a key, or OIDC_ISSUER, because NODE_ENV is production');
    assert.deepEqual(problemsOf({ HOST: '0.0.0.0', THROUGHLINE_API_KEY: apiKey }), []);
    assert.deepEqual(problemsOf({ HOST: '127.8.8.8' }), []);
  });

  it('needs a sender where e-mails are sent', () => {
    assert.deepEqual(problemsOf({ SMTP_URL: 'smtp://mail.example.org' }), [
      { name: 'MAIL_FROM', expected: 'a sender because SMTP_URL is set', found: 'nothing' },
    ]);
    const [wrong] = problemsOf({ SMTP_URL: 'imap://user:hunter2@mail', MAIL_FROM: 'a@b' });
    assert.equal(wrong?.found, '"imap://***@mail"');
  });

  it('collects the secrets of adapters', () => {
    const config = loadConfig({ THROUGHLINE_SECRET_CRM_TOKEN: 'abc', THROUGHLINE_SECRET_EMPTY: '' });
    assert.deepEqual(config.secrets, new Map([['CRM_TOKEN', 'abc']]));
    assert.deepEqual(config.warnings, []);
  });

  it('warns of variables that it does not know, but starts', () => {
    const { warnings } = loadConfig({
      THROUGHLINE_API_KEYS: 'x',
      THROUGHLINE_SECRET_: 'x',
      THROUGHLINE_URL: 'x',
      X: 'x',
    });
    assert.deepEqual(warnings, [
      'THROUGHLINE_API_KEYS is set but is not a variable of this server.',
      'THROUGHLINE_SECRET_ is set but is not a variable of this server.',
    ]);
  });

  it('warns of a database that does not outlive the process', () => {
    const config = loadConfig({ DATABASE_URL: 'sqlite::memory:' });
    assert.equal(config.databaseUrl, 'sqlite::memory:');
    assert.match(config.warnings.join(), /nothing survives/);
  });

  it('names its variables', () => {
    assert(configVariables.includes('PORT') && configVariables.includes('THROUGHLINE_API_KEY'));
  });
});

describe('isLoopback', () => {
  it('tells addresses of this machine from names that look like them', () => {
    for (const host of ['127.0.0.1', '127.255.0.9', '::1', 'localhost', 'LOCALHOST'])
      assert(isLoopback(host), host);
    for (const host of ['127.0.0.1.example.org', '0.0.0.0', '::', '::ffff:127.0.0.1', '10.0.0.1', '']) {
      assert(!isLoopback(host), host);
    }
  });
});
