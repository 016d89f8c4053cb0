import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import {
  type RunningBackend,
  startSimulatedBackend,
} from '../../src/simulated-backend/start-simulated-backend.js';
import { type Application, type OnboardingServer, startOnboardingServer } from './onboarding-server.js';

const dayMs = 86_400_000;
const minuteMs = 60_000;

describe('customer onboarding', () => {
  let backend: RunningBackend;
  let server: OnboardingServer;

  before(async () => {
    backend = await startSimulatedBackend({ slowMs: 100 });
  });

  beforeEach(async () => {
    server = await startOnboardingServer(backend.url);
  });

  afterEach(() => server.stop());

  after(() => backend.stop());

  /** Waits for each failure, and then as long as the back-off lasts. Time must not pass while a request is under way. */
  async function passBackoffs(application: Application, retriesLeft: readonly number[]): Promise<void> {
    for (const left of retriesLeft) {
      await application.eventually(async () => {
        const [job] = await application.jobs();
        assert.deepEqual([job?.retries, job?.state], [left, 'created']);
      });
      server.clock.advance(minuteMs);
    }
  }

  it('opens an account for a customer of low risk without anybody looking', async () => {
    const application = await server.apply('ada@example.org');
    await application.waitsAt('await_documents');
    assert.equal((await application.sendDocuments()).outcome, 'correlated');
    assert.equal(await application.endedAt(), 'customer_onboarded');
    const { accountNumber, approved, documents, riskScore } = await application.variables();
    assert.match(String(accountNumber), /^\d{10}$/);
    assert.deepEqual([approved, documents], [true, ['passport']]);
    assert(Number(riskScore) < 30);
    await application.told('documents-requested', 'welcome');
  });

  it('takes documents that come before anybody waits for them', async () => {
    const application = await server.apply('slow@example.org');
    assert.equal((await application.sendDocuments(60 * minuteMs)).outcome, 'buffered');
    assert.equal(await application.endedAt(), 'customer_onboarded');
  });

  it('has the back office look at a customer of some risk', async () => {
    const application = await server.apply('review.ada@example.org');
    await application.waitsAt('await_documents');
    await application.sendDocuments();
    const { candidateGroups, dueAt, priority } = await application.review();
    assert.deepEqual(candidateGroups, ['back-office']);
    assert.deepEqual([dueAt, priority], [server.clock.now() + 2 * dayMs, 80]);
    await application.decide({ approved: true, reviewComment: 'fine' });
    assert.equal(await application.endedAt(), 'customer_onboarded');
    const { approved, reviewComment } = await application.variables();
    assert.deepEqual([approved, reviewComment], [true, 'fine']);
  });

  it('rejects who the back office does not approve, also by saying nothing', async () => {
    for (const decision of [{ approved: false }, {}]) {
      const application = await server.apply('review@example.org');
      await application.waitsAt('await_documents');
      await application.sendDocuments();
      await application.decide(decision);
      assert.equal(await application.endedAt(), 'application_rejected');
      assert.deepEqual((await application.notifications()).at(-1), { kind: 'rejected', reason: 'review' });
    }
  });

  it('rejects a customer of high risk without asking for documents', async () => {
    const application = await server.apply('reject@example.org');
    assert.equal(await application.endedAt(), 'application_rejected');
    assert.deepEqual(await application.notifications(), [{ kind: 'rejected', reason: 'risk' }]);
  });

  it('rejects who core banking refuses, and keeps why', async () => {
    const application = await server.apply('refused@example.org');
    await application.waitsAt('await_documents');
    await application.sendDocuments();
    assert.equal(await application.endedAt(), 'application_rejected');
    assert.deepEqual((await application.notifications()).at(-1), {
      kind: 'rejected',
      reason: 'account-refused',
    });
    assert.match(String((await application.variables())['refusal']), /Core banking refuses/);
  });

  it('asks again when the back-end is away for a moment', async () => {
    const application = await server.apply('flaky@example.org');
    await passBackoffs(application, [2, 1]);
    await application.waitsAt('await_documents');
    assert.deepEqual(await application.incidents(), []);
  });

  it('stops at an incident when the back-end stays away, and goes on when somebody resolves it', async () => {
    const application = await server.apply('down@example.org');
    await passBackoffs(application, [2, 1]);
    const [incident] = await application.openIncidents(1);
    assert.equal(incident?.elementId, 'check_applicant');
    assert.match(incident.message, /answered 503: .*register-down/);
    await application.resolve(incident.incidentId);
    await application.eventually(async () => assert.equal((await application.incidents()).length, 2));
    await application.openIncidents(1);
  });

  it('reminds every two days, three times, and gives up after fourteen', async () => {
    const application = await server.apply('ada@example.org');
    await application.told('documents-requested');
    await application.waitsAt('await_documents');
    const startedAt = server.clock.now();
    const due = async () => (await application.timers()).map(({ dueAt }) => (dueAt - startedAt) / dayMs);
    assert.deepEqual(await due(), [2, 14]);
    for (const [reminders, nextDue] of [
      [1, [4, 14]],
      [2, [6, 14]],
      [3, [14]],
    ] as const) {
      server.clock.advance(2 * dayMs);
      await application.told(
        'documents-requested',
        ...Array.from({ length: reminders }, () => 'documents-reminder'),
      );
      await application.eventually(async () => assert.deepEqual(await due(), nextDue));
      await application.eventually(async () => assert.deepEqual(await application.jobs(), []));
    }
    server.clock.advance(8 * dayMs);
    assert.equal(await application.endedAt(), 'application_expired');
    assert.equal((await application.notifications()).length, 5);
    assert.deepEqual((await application.notifications()).at(-1), { kind: 'expired' });
    assert.equal((await application.sendDocuments()).outcome, 'discarded');
  });

  it('reminds no more when the documents have come', async () => {
    const application = await server.apply('review@example.org');
    await application.waitsAt('await_documents');
    server.clock.advance(2 * dayMs);
    await application.told('documents-requested', 'documents-reminder');
    await application.eventually(async () => assert.deepEqual(await application.jobs(), []));
    await application.sendDocuments();
    await application.waitsAt('review_application');
    assert.deepEqual(await application.timers(), []);
  });

  it('lets the customer withdraw while documents are missing', async () => {
    const application = await server.apply('ada@example.org');
    await application.waitsAt('await_documents');
    assert.equal((await application.withdraw()).outcome, 'correlated');
    assert.equal(await application.endedAt(), 'application_withdrawn');
    assert.deepEqual(await application.canceled(), ['documents_and_review', 'await_documents']);
    await application.told('documents-requested', 'withdrawal-confirmed');
    assert.deepEqual(await application.timers(), []);
  });

  it('lets the customer withdraw while the back office looks', async () => {
    const application = await server.apply('review@example.org');
    await application.waitsAt('await_documents');
    await application.sendDocuments();
    const { userTaskId } = await application.review();
    await application.withdraw();
    assert.equal(await application.endedAt(), 'application_withdrawn');
    assert.equal((await server.queries.userTask('default', userTaskId))?.state, 'canceled');
  });

  it('keeps applications apart that run at once', async () => {
    const applications = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        server.apply(`${index % 2 === 0 ? 'ada' : 'reject'}@example.org`),
      ),
    );
    for (const [index, application] of applications.entries()) {
      if (index % 2 === 0) {
        await application.waitsAt('await_documents');
        await application.sendDocuments();
      }
      const end = await application.endedAt();
      assert.equal(end, index % 2 === 0 ? 'customer_onboarded' : 'application_rejected');
    }
  });
});
