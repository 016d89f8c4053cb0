import { startServer, type RunningServer, type ServerOptions } from '../../src/facade/start-server.js';
import { ApiKeys, type ApiKeyStorage } from '../../src/identity/api-keys.js';
import type { Clock } from '../../src/platform/clock.js';
import { silentLogger } from '../../src/platform/logger.js';
import { createContractCheck, type ContractCheck } from './contract-check.js';
import { FakeClock } from './fake-clock.js';
import { stubRuntime, type StubRuntimeParts } from './stub-runtime.js';

/** What a test server is configured with, unless the test says otherwise: a development machine, any free port. */
export const testConfig: ServerOptions['config'] = {
  host: '127.0.0.1',
  port: 0,
  nodeEnv: 'test',
  eventSource: 'urn:throughline',
  apiKey: undefined,
  oidc: undefined,
  allowedHosts: [],
  allowedOrigins: [],
  bodyLimitBytes: 100_000,
  tenantLimits: {},
  trustedProxies: 0,
  auditJobWork: false,
  redactedVariables: [],
  shutdownGraceMs: 10_000,
};

const storageWithoutKeys: ApiKeyStorage = {
  transact: () => Promise.reject(new Error('Expected no API key to be changed.')),
  queries: { apiKey: () => Promise.resolve(undefined) },
};

/** API keys of which there are none. */
export function noApiKeys(clock: Clock): ApiKeys {
  return new ApiKeys(storageWithoutKeys, clock, silentLogger, 0);
}

export interface StubServerOptions extends Partial<Omit<ServerOptions, 'runtime' | 'config' | 'clock'>> {
  readonly runtime?: StubRuntimeParts;
  readonly config?: Partial<ServerOptions['config']>;
  readonly clock?: FakeClock;
  /** The test makes the server fail. */
  readonly expectsInternalErrors?: boolean;
}

/** A real HTTP server over a stub of the runtime. */
export interface StubServer extends RunningServer {
  readonly clock: FakeClock;
  /** Stops, and throws when an answer broke the contract. */
  close(): Promise<void>;
}

export async function startStubServer(options: StubServerOptions = {}): Promise<StubServer> {
  const { runtime, config, clock = new FakeClock(), expectsInternalErrors, ...rest } = options;
  const contract: ContractCheck = createContractCheck({ expectsInternalErrors });
  const server = await startServer({
    logger: silentLogger,
    checkResponse: contract.check,
    apiKeys: noApiKeys(clock),
    ...rest,
    runtime: stubRuntime(runtime),
    config: { ...testConfig, ...config },
    clock,
  });
  return {
    ...server,
    clock,
    async close() {
      await server.stop();
      contract.assertKept();
    },
  };
}
