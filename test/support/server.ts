import { createTestDatabase } from './database.js';
import { startServerOn, type TestServer, type TestServerOptions } from './server-on-database.js';

export type { TestResponse, TestServer, TestServerOptions } from './server-on-database.js';

/** Starts a server with an empty database of the kind that TEST_DATABASE names. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  return startServerOn(await createTestDatabase(), options);
}
