import { afterEach, beforeEach } from 'mocha';
import { deploy } from '../../src/contract/deployments.js';
import { startProcessInstance } from '../../src/contract/process-instances.js';
import type { ProcessBuilder } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/server.js';

/** A server with an empty database for each test of the suite; its answers are held to the contract. */
export function useServer(options: TestServerOptions = {}): () => TestServer {
  let server: TestServer | undefined;
  beforeEach('start a server', async function start() {
    this.timeout(60_000);
    server = await startTestServer(options);
  });
  afterEach('stop the server', async function stop() {
    this.timeout(60_000);
    await server?.close();
    server = undefined;
  });
  return () => {
    if (server === undefined) throw new Error('Expected a running server: use it in tests only.');
    return server;
  };
}

/** Deploys each process as a file of its own; answers the definitions' ids. */
export async function deployed(
  server: TestServer,
  ...processes: readonly ProcessBuilder[]
): Promise<readonly string[]> {
  const resources = processes.map((process, index) => ({ name: `${index}.bpmn`, content: process.toXml() }));
  const { processDefinitions } = await call(server, deploy, 201, { body: { resources } });
  return processDefinitions.map(({ processDefinitionId }) => processDefinitionId ?? '');
}

/** Starts an instance and waits until nothing is under way; answers its id. */
export async function started(server: TestServer, bpmnProcessId: string, more: object = {}): Promise<string> {
  const body = { bpmnProcessId, ...more };
  const { processInstanceId } = await call(server, startProcessInstance, 201, { body });
  await server.atRest();
  return processInstanceId;
}
