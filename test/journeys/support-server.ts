import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createEmailAdapter } from '../../src/adapters/email/email-adapter.js';
import { createSmtpTransport } from '../../src/adapters/email/smtp-transport.js';
import { createHttpAdapter } from '../../src/adapters/http/http-adapter.js';
import { createInProcessJobDriver } from '../../src/jobs/in-process-job-driver.js';
import { registerHandlers } from '../../src/jobs/job-registration.js';
import { silentLogger } from '../../src/platform/logger.js';
import { allowUrl } from '../../src/platform/outbound-allow-list.js';
import { createOutboundHttp } from '../../src/platform/outbound-http.js';
import { parseSmtpUrl } from '../../src/platform/smtp-url.js';
import type { FakeClock } from '../support/fake-clock.js';
import { localhostCertificate } from '../support/localhost-certificate.js';
import { startTestServer } from '../support/server.js';
import { type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../support/smtp-server.js';
import { SupportCase } from './support-case.js';

/** A server with the journey, the real adapters, a real mail server and a real back-end, under a clock that the test moves. */
export interface SupportServer {
  readonly url: string;
  readonly clock: FakeClock;
  readonly smtp: TestSmtpServer;
  /** Opens a case over REST; answers it. */
  open(more?: CaseDetails): Promise<SupportCase>;
  /** The case that a message has opened. */
  caseOf(caseNumber: string, processInstanceId: string): SupportCase;
  request: Awaited<ReturnType<typeof startTestServer>>['request'];
  /** E-mails that were taken, in their order, of one case. */
  mailsOf(caseNumber: string): readonly ReceivedMail[];
  stop(): Promise<void>;
}

export interface CaseDetails {
  readonly channel?: string;
  readonly problem?: string;
  readonly email?: string | null;
}

/** The back-end outlives the servers of several tests. */
let cases = 0;

export function nextCaseNumber(): string {
  return `C-${++cases}`;
}

export function variablesOf(
  caseNumber: string,
  { channel = 'web', problem = 'I forgot my password', email = 'ada@example.org' }: CaseDetails = {},
) {
  return {
    caseNumber,
    channel,
    problem,
    customer: { name: 'Ada "Ex" <Lövelace>', email, phone: '+44 20 1' },
  };
}

export async function startSupportServer(backendUrl: string): Promise<SupportServer> {
  const server = await startTestServer();
  const { clock, runtime } = server;
  const smtp = await startSmtpServer();
  const outbound = createOutboundHttp({ clock, allowList: [allowUrl(new URL(backendUrl))] });
  const driver = createInProcessJobDriver({
    source: runtime,
    registrations: registerHandlers([
      createHttpAdapter({
        outbound,
        clock,
        services: new Map([['backend', backendUrl]]),
        secrets: new Map(),
      }),
      createEmailAdapter({
        transport: createSmtpTransport({
          server: parseSmtpUrl(`smtp://127.0.0.1:${smtp.port}?tls=required`),
          clock,
          ca: localhostCertificate.cert,
        }),
        from: { name: 'Helpdesk', address: 'help@example.org' },
        clock,
      }),
    ]),
    identity: { context: { tenantId: 'default', actor: 'worker' }, worker: 'test' },
    clock,
    logger: silentLogger,
    random: () => 0.5,
    pollMs: 86_400_000,
  });
  const name = 'support-escalation.bpmn';
  const content = await readFile(new URL(`../../processes/${name}`, import.meta.url), 'utf8');
  const { status, body } = await server.request('POST', '/v1/deployments', {
    resources: [{ name, content }],
  });
  assert.equal(status, 201, JSON.stringify(body));
  driver.start();
  const caseOf = (caseNumber: string, processInstanceId: string) =>
    new SupportCase(server, backendUrl, caseNumber, processInstanceId);
  return {
    url: server.url,
    clock,
    smtp,
    caseOf,
    request: server.request,
    mailsOf: (caseNumber) =>
      smtp.received.filter((mail) => mail.header('subject').startsWith(`[${caseNumber}] `)),
    async open(details) {
      const caseNumber = nextCaseNumber();
      const started = await server.request('POST', '/v1/process-instances', {
        bpmnProcessId: 'support-escalation',
        businessKey: caseNumber,
        variables: variablesOf(caseNumber, details),
      });
      assert.equal(started.status, 201, JSON.stringify(started.body));
      return caseOf(caseNumber, (started.body as { processInstanceId: string }).processInstanceId);
    },
    async stop() {
      const stopped = driver.stop(1_000);
      await clock.advanceAsync(1_000);
      await stopped;
      await outbound.close();
      await server.close();
      await smtp.stop();
    },
  };
}
