import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatedBackend } from '../src/simulated-backend/start-simulated-backend.js';
import { copyModelsWithFastTimers, dayMs, hourMs } from './fast-models.js';
import { DemoServer } from './server.js';
import { Telephone } from './telephone.js';
import { introduce, say, scene } from './tell.js';
import { Timeline } from './timeline.js';

/** How long the check of a slow applicant takes: long enough to die in the middle of it. */
const slowCheckMs = 6_000;
/** A job of a server that was killed is offered again when its lease is over. */
const leaseMs = 30_000;

const ben = '+441632960111';

/**
 * Both journeys through REST and the channels, as the mobile app, the customer on the telephone, the back office and an admin live
 * them; in the middle the server is killed. Exit code 0 only when every journey has been completed.
 */
async function play(server: DemoServer): Promise<readonly Timeline[]> {
  scene('Two customers apply by the mobile app');
  const ada = await apply(server, 'Ada', 'A-1001', 'review.ada@example.org');
  const sam = await apply(server, 'Sam', 'A-1002', 'slow.sam@example.org');
  await ada.until('await_documents', 'active');
  await handIn(server, 'Ada', 'A-1001', 'correlated');
  say('demo', 'Sam is quicker than we are: he hands in his documents while he is still being checked');
  await handIn(server, 'Sam', 'A-1002', 'buffered');
  await ada.until('review_application', 'active');

  scene('Ben has a problem; the voice menu moves his case on');
  const case4711 = await openCase(server);
  await case4711.until('call_back', 'active');
  const firstCall = new Telephone(server, ben);
  await firstCall.call();
  await firstCall.press('7');
  await firstCall.press('2');
  await case4711.until('help_customer', 'active');

  scene(
    "The server is killed in the middle: Sam is being checked, his documents are kept, Ben's help is due in a day",
  );
  await tellAdmin(server);
  await server.end('SIGKILL');
  say('server', 'is dead (SIGKILL)');
  say(
    'clock',
    `the day within which Ben has to be helped (${dayMs / 1000} s here) runs out while the server is dead`,
  );
  await new Promise((resolve) => setTimeout(resolve, dayMs + 1_000));
  await server.start();
  say('server', 'is back, on the same database');

  scene('Nothing is lost: the server sees at once that the day is over, and Ben goes to the second line');
  await case4711.until('second_line', 'active');
  await completeTask(server, 'second line', '4711', { resolution: 'We have changed the setting for you.' });
  await case4711.until('confirmation', 'active');
  const secondCall = new Telephone(server, ben);
  await secondCall.call();
  await secondCall.press('1');
  await case4711.until('rating_awaited', 'active');
  say('customer', 'answers the satisfaction question by text message: 5');
  await server.post('/channels/sms/helpdesk', {
    MessageSid: 'SM1',
    From: ben,
    To: '+442079460000',
    Body: '5',
  });
  await case4711.until('case_closed', 'completed');

  scene('The back office approves Ada');
  await completeTask(server, 'back office', 'A-1001', { approved: true });
  await ada.until('welcome_customer', 'completed');

  scene(
    `Sam's check died with the server: ${leaseMs / 1000} s after it was begun it is done again, then his documents are there`,
  );
  await sam.until('await_documents', 'completed', leaseMs + slowCheckMs + 30_000);
  return [ada, sam, case4711];
}

async function apply(
  server: DemoServer,
  name: string,
  applicationId: string,
  email: string,
): Promise<Timeline> {
  say('mobile app', `${name} applies (${applicationId})`);
  const { processInstanceId } = await server.call('POST', '/v1/process-instances', {
    bpmnProcessId: 'customer-onboarding',
    businessKey: applicationId,
    variables: { applicationId, channel: 'mobile', applicant: { name, email } },
  });
  return new Timeline(server, name, String(processInstanceId));
}

const outcomes: Readonly<Record<string, string>> = {
  correlated: 'the journey has waited for them and goes on',
  buffered: 'the server keeps them until the journey asks for them',
};

async function handIn(
  server: DemoServer,
  name: string,
  applicationId: string,
  expected: string,
): Promise<void> {
  const { outcome } = await server.call('POST', '/v1/messages', {
    name: 'identity-documents-received',
    correlationKey: applicationId,
    timeToLiveMs: 10 * 60_000,
    variables: { documents: ['passport'] },
  });
  say('mobile app', `${name} hands in documents: ${outcomes[String(outcome)] ?? String(outcome)}`);
  if (outcome !== expected)
    throw new Error(`Expected the documents to be ${expected} but they were ${String(outcome)}.`);
}

async function openCase(server: DemoServer): Promise<Timeline> {
  say('web site', 'Ben opens case 4711');
  const { processInstanceId } = await server.call('POST', '/v1/process-instances', {
    bpmnProcessId: 'support-escalation',
    businessKey: '4711',
    variables: {
      caseNumber: '4711',
      channel: 'web',
      phone: ben,
      customer: { name: 'Ben Example', email: 'ben@example.org', phone: ben },
      problem: 'I have forgotten my password',
    },
  });
  return new Timeline(server, "Ben's case", String(processInstanceId));
}

async function completeTask(
  server: DemoServer,
  who: string,
  businessKey: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  const found = await server.call('POST', '/v1/user-tasks/search', {
    filter: { businessKey, state: 'created' },
  });
  const [task] = found['items'] as readonly { readonly userTaskId: string; readonly name?: string }[];
  if (!task) throw new Error(`Expected a task for ${who} with business key ${businessKey}.`);
  say(who, `takes and completes "${task.name ?? task.userTaskId}"`);
  await server.call('POST', `/v1/user-tasks/${task.userTaskId}/claim`, { assignee: who });
  await server.call('POST', `/v1/user-tasks/${task.userTaskId}/complete`, { variables });
}

async function tellAdmin(server: DemoServer): Promise<void> {
  const found = await server.call('POST', '/v1/process-instances/search', { filter: { state: 'active' } });
  const items = found['items'] as readonly {
    readonly bpmnProcessId: string;
    readonly businessKey?: string;
  }[];
  const running = items.map(({ bpmnProcessId, businessKey }) => `${businessKey ?? '-'} (${bpmnProcessId})`);
  say('admin', `sees ${items.length} running: ${running.sort().join(', ')}`);
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-demo-'));
  copyModelsWithFastTimers('processes', join(folder, 'processes'));
  introduce(
    'Three customers, each on a journey: steps drawn in a diagram (processes/*.bpmn) that a server follows, for days if need be.',
    'The server is real. A script plays the people and machines around it, by the very calls that their apps and the',
    'telephone company would make. Each line tells when it happens, who or whose journey it is about, and what happens.',
    `A day of the journeys lasts ${dayMs / 1000} s here, and an hour ${hourMs / 1000} s.`,
  );
  const backend = await startSimulatedBackend({ slowMs: slowCheckMs });
  const server = new DemoServer({
    DATABASE_URL: `sqlite:${join(folder, 'throughline.db')}`,
    PROCESSES_DIR: join(folder, 'processes'),
    OUTBOX_DIR: join(folder, 'outbox'),
    BACKEND_URL: backend.url,
    LOG_LEVEL: 'silent',
  });
  try {
    await server.start();
    say('server', `listens on ${server.url}`);
    const journeys = await play(server);
    scene('The end');
    let open = 0;
    for (const journey of journeys) {
      for (let looks = 0; (await journey.state()) === 'active' && looks < 100; looks++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const state = await journey.state();
      if (state !== 'completed') open++;
      say('admin', `sees that the journey of ${journey.name} is ${state}`);
    }
    say('demo', open === 0 ? 'every journey was completed' : `${open} journeys were not completed`);
    say('demo', 'to play yourself: npm start, and open http://127.0.0.1:8080 in a browser');
    return open === 0 ? 0 : 1;
  } finally {
    await server.end('SIGTERM');
    await backend.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
