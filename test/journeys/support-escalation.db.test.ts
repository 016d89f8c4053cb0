import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import {
  type RunningBackend,
  startSimulatedBackend,
} from '../../src/simulated-backend/start-simulated-backend.js';
import type { SupportCase } from './support-case.js';
import { nextCaseNumber, startSupportServer, type SupportServer, variablesOf } from './support-server.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const unknownProblem = 'The lamp on the moon is off';

describe('support escalation', function () {
  // Several e-mails per journey, and mail servers greet slowly.
  this.timeout(60_000);
  let backend: RunningBackend;
  let server: SupportServer;

  before(async () => {
    backend = await startSimulatedBackend();
  });

  beforeEach(async () => {
    server = await startSupportServer(backend.url);
  });

  afterEach(() => server.stop());

  after(() => backend.stop());

  const subjectsOf = ({ caseNumber }: SupportCase) =>
    server.mailsOf(caseNumber).map((mail) => mail.header('subject').replace(/^\[[^\]]*\] /, ''));

  /** Lets time pass, when nothing is under way: what is sent would take that long, too. */
  async function pass(support: SupportCase, ms: number): Promise<void> {
    await support.atRest();
    server.clock.advance(ms);
  }

  /** A case that the first line is asked to work on. */
  async function atFirstLine(): Promise<SupportCase> {
    const support = await server.open({ problem: unknownProblem });
    await support.waitsAt('help_customer');
    return support;
  }

  async function answerAll(support: SupportCase, rating: unknown = 5): Promise<void> {
    await support.waitsAt('confirmation');
    assert.equal(await support.tell('resolution-confirmed', { confirmed: true }), 'correlated');
    await support.waitsAt('rating_awaited');
    assert.equal(await support.tell('satisfaction-answered', { rating }), 'correlated');
  }

  describe('the answer of the knowledge base', () => {
    it('solves the problem: nobody else is bothered', async () => {
      const support = await server.open();
      await support.waitsAt('call_back');
      const [mail] = server.mailsOf(support.caseNumber);
      assert.deepEqual([mail?.from, mail?.to, mail?.secure], ['help@example.org', ['ada@example.org'], true]);
      assert.match(mail?.text ?? '', /Dear Ada "Ex" <Lövelace>,[^]*Forgot password/);
      assert.match(mail?.html ?? '', /<p>Dear Ada &quot;Ex&quot; &lt;Lövelace&gt;,<\/p>/);
      assert.equal(await support.tell('case-solved'), 'correlated');
      await support.waitsAt('rating_awaited');
      assert.equal(await support.tell('satisfaction-answered', { rating: 5 }), 'correlated');
      assert.deepEqual(await support.closed(), { solvedBy: 'self-service', satisfaction: 5 });
      const { article, satisfaction, solvedBy } = await support.variables();
      assert.deepEqual([article, satisfaction, solvedBy], ['KB-1', 5, 'self-service']);
      assert.deepEqual(subjectsOf(support), ['An answer to your question', 'How satisfied are you?']);
    });

    it('does not help: the customer wants an agent', async () => {
      const support = await server.open({ channel: 'phone' });
      await support.waitsAt('call_back');
      const openedAt = server.clock.now();
      assert.equal(await support.tell('agent-requested'), 'correlated');
      const { name, candidateGroups, dueAt } = await support.task('help_customer');
      assert.deepEqual([name, candidateGroups], ['Help customer', ['first-line']]);
      assert.equal(Date.parse(String(dueAt)), openedAt + 8 * hourMs);
      await support.complete('help_customer', { resolution: 'The link was blocked; sent another.' });
      await answerAll(support, 4);
      assert.deepEqual(await support.closed(), { solvedBy: 'first-line', satisfaction: 4 });
      const question = server.mailsOf(support.caseNumber)[1];
      assert.match(question?.text ?? '', /The link was blocked; sent another\./);
    });

    it('is given up after three days without a word: the first line takes over', async () => {
      const support = await server.open();
      await support.waitsAt('call_back');
      await pass(support, 3 * dayMs - 1);
      await support.waitsAt('call_back');
      await pass(support, 1);
      await support.waitsAt('help_customer');
    });

    it('may be told as not wanted before it is out', async () => {
      const caseNumber = nextCaseNumber();
      const early = { correlationKey: caseNumber, timeToLiveMs: hourMs };
      const sent = await server.request('POST', '/v1/messages', { name: 'agent-requested', ...early });
      assert.equal(sent.status, 202);
      const opened = await server.request('POST', '/v1/messages', {
        name: 'case-opened',
        correlationKey: caseNumber,
        variables: variablesOf(caseNumber),
      });
      const { processInstanceIds } = opened.body as { processInstanceIds: readonly string[] };
      await server.caseOf(caseNumber, processInstanceIds[0] ?? '').waitsAt('help_customer');
    });

    it('does not exist: the first line helps at once', async () => {
      const support = await atFirstLine();
      assert.deepEqual(subjectsOf(support), []);
      assert.equal((await support.variables())['answer'], null);
    });

    it('cannot be delivered: the first line helps at once', async () => {
      server.smtp.refusals = { recipient: () => ({ code: 550, message: 'no such mailbox' }) };
      for (const email of ['gone@example.org', 'no address', '', null]) {
        const support = await server.open({ email });
        await support.waitsAt('help_customer');
        assert((await support.elements('completed')).includes('answer_undeliverable'));
        assert.deepEqual(await support.incidents(), []);
      }
    });

    it('is an incident when the knowledge base stays away', async () => {
      const support = await server.open({ problem: 'This is unanswerable' });
      for (const left of [2, 1]) {
        await support.eventually(async () => {
          const [job] = await support.jobs();
          assert.deepEqual([job?.['retries'], job?.['state']], [left, 'created']);
        });
        server.clock.advance(60_000);
      }
      await support.eventually(async () => {
        const [incident] = await support.incidents();
        assert.equal(incident?.['elementId'], 'find_answer');
        assert.match(String(incident['message']), /answered 503/);
      });
    });
  });

  describe('a mail server', () => {
    it('that is busy is asked again, and gets one message', async () => {
      let attempts = 0;
      server.smtp.refusals = {
        message: () => (++attempts < 3 ? { code: 451, message: 'greylisted' } : undefined),
      };
      const support = await server.open();
      for (const left of [4, 3]) {
        await support.eventually(async () => assert.equal((await support.jobs())[0]?.['retries'], left));
        await support.eventually(async () => assert.equal((await support.jobs())[0]?.['state'], 'created'));
        server.clock.advance(60_000);
      }
      await support.waitsAt('call_back');
      assert.deepEqual(subjectsOf(support), ['An answer to your question']);
    });
  });

  describe('the first line', () => {
    it('is reminded every four hours, and has a day', async () => {
      const support = await atFirstLine();
      const { userTaskId } = await support.task('help_customer');
      const startedAt = server.clock.now();
      const due = async () =>
        (await support.timers()).map((timer) => (Date.parse(String(timer['dueAt'])) - startedAt) / hourMs);
      assert.deepEqual(
        (await due()).sort((a, b) => a - b),
        [4, 24],
      );
      for (const reminders of [1, 2, 3, 4, 5]) {
        await pass(support, 4 * hourMs);
        await support.eventually(() => assert.equal(subjectsOf(support).length, reminders));
        assert.equal((await support.task('help_customer'))['userTaskId'], userTaskId);
      }
      await support.atRest();
      assert.deepEqual(await due(), [24]);
      const [mail] = server.mailsOf(support.caseNumber);
      assert.deepEqual(
        [mail?.to, mail?.header('to')],
        [['first-line@example.org'], 'First line <first-line@example.org>'],
      );
      assert.match(mail?.text ?? '', /The lamp on the moon is off/);

      await pass(support, 4 * hourMs);
      const { candidateGroups, priority, dueAt } = await support.task('second_line');
      assert.deepEqual([candidateGroups, priority], [['second-line'], 60]);
      assert.equal(Date.parse(String(dueAt)), startedAt + 3 * dayMs);
      assert.deepEqual(await support.elements('canceled'), ['first_line', 'help_customer']);
      const { status } = await server.request('POST', `/v1/user-tasks/${String(userTaskId)}/complete`, {});
      assert.equal(status, 409);
      assert.deepEqual([subjectsOf(support).length, await support.timers()], [5, []]);
    });

    it('is reminded no more when it has helped', async () => {
      const support = await atFirstLine();
      await pass(support, 4 * hourMs);
      await support.eventually(() => assert.equal(subjectsOf(support).length, 1));
      await support.atRest();
      await support.complete('help_customer', { resolution: 'Another lamp.' });
      await support.waitsAt('confirmation');
      assert.deepEqual(
        (await support.timers()).map((timer) => timer['elementId']),
        ['confirmation_overdue'],
      );
    });

    it('may hand over before that', async () => {
      const support = await server.open({ problem: unknownProblem, channel: 'phone' });
      await support.complete('help_customer', { handedOver: true });
      assert.equal((await support.task('second_line'))['priority'], 70);
      await support.complete('second_line', { resolution: 'Flew there.' });
      await answerAll(support);
      assert.deepEqual(await support.closed(), { solvedBy: 'second-line', satisfaction: 5 });
    });
  });

  describe('the solution', () => {
    it('that is none goes back to the second line, more urgently, as often as need be', async () => {
      const support = await atFirstLine();
      await support.complete('help_customer', {});
      for (const resolution of ['Tried this.', 'Tried that.']) {
        await support.waitsAt('confirmation');
        assert.equal(await support.tell('resolution-confirmed', { confirmed: false }), 'correlated');
        assert.equal((await support.task('second_line'))['priority'], 90);
        await support.complete('second_line', { resolution });
      }
      await answerAll(support, 1);
      assert.deepEqual(await support.closed(), { solvedBy: 'second-line', satisfaction: 1 });
      const texts = server.mailsOf(support.caseNumber).map(({ text }) => text);
      for (const [index, expected] of [
        /You have talked to our team/,
        /Tried this\./,
        /Tried that\./,
      ].entries()) {
        assert.match(texts[index] ?? '', expected);
      }
    });

    it('is taken as one after seven days without a word', async () => {
      const support = await atFirstLine();
      await support.complete('help_customer', { resolution: 'Another lamp.' });
      await support.waitsAt('confirmation');
      await pass(support, 7 * dayMs);
      await support.waitsAt('rating_awaited');
      assert.equal((await support.variables())['confirmed'], true);
      await pass(support, 7 * dayMs);
      assert.deepEqual(await support.closed(), { solvedBy: 'first-line', satisfaction: null });
      assert.equal((await support.variables())['satisfaction'], null);
    });

    it('is asked for by other channels when there is no e-mail', async () => {
      const support = await server.open({ channel: 'phone', email: null });
      await support.complete('help_customer', { resolution: 'Done.' });
      await answerAll(support, 3);
      assert.deepEqual(await support.closed(), { solvedBy: 'first-line', satisfaction: 3 });
      const completed = await support.elements('completed');
      assert(completed.includes('question_undeliverable') && completed.includes('rating_undeliverable'));
      assert.deepEqual([subjectsOf(support), await support.incidents()], [[], []]);
    });
  });

  it('keeps a rating from 1 to 5, and takes anything else as none', async () => {
    const ratings = [
      ['4', 4],
      [1, 1],
      [6, null],
      [0, null],
      [2.5, null],
      ['great', null],
      [null, null],
      [{ stars: 5 }, null],
    ] as const;
    await Promise.all(
      ratings.map(async ([rating, satisfaction]) => {
        const support = await server.open();
        await support.waitsAt('call_back');
        await support.tell('case-solved');
        await support.waitsAt('rating_awaited');
        await support.tell('satisfaction-answered', { rating });
        assert.deepEqual(await support.closed(), { solvedBy: 'self-service', satisfaction }, String(rating));
      }),
    );
  });

  it('is opened by a message, once', async () => {
    const caseNumber = nextCaseNumber();
    const message = {
      name: 'case-opened',
      correlationKey: caseNumber,
      messageId: `mail-${caseNumber}`,
      timeToLiveMs: hourMs,
      variables: variablesOf(caseNumber, { channel: 'email' }),
    };
    const first = await server.request('POST', '/v1/messages', message);
    const again = await server.request('POST', '/v1/messages', message);
    const { outcome, processInstanceIds } = first.body as { outcome: string; processInstanceIds: string[] };
    assert.equal(outcome, 'started');
    assert.deepEqual(again.body, { ...(first.body as object), duplicate: true });
    const [processInstanceId = ''] = processInstanceIds;
    await server.caseOf(caseNumber, processInstanceId).waitsAt('call_back');
    const found = await server.request('POST', '/v1/process-instances/search', {
      filter: { businessKey: caseNumber },
    });
    const { items } = found.body as { items: readonly { processInstanceId: string }[] };
    assert.deepEqual(
      items.map((item) => item.processInstanceId),
      [processInstanceId],
    );
  });

  it('is moved once by a message that comes twice', async () => {
    const support = await server.open();
    await support.waitsAt('call_back');
    const both = await Promise.all([
      support.tell('case-solved'),
      support.tell('agent-requested'),
      support.tell('case-solved'),
    ]);
    assert.deepEqual([...both].sort(), ['correlated', 'discarded', 'discarded']);
  });

  it('keeps cases apart that run at once', async () => {
    const cases = await Promise.all([1, 2, 3, 4].map(() => server.open()));
    for (const support of cases) await support.waitsAt('call_back');
    for (const [index, support] of cases.entries())
      await support.tell(index % 2 === 0 ? 'case-solved' : 'agent-requested');
    for (const [index, support] of cases.entries())
      await support.waitsAt(index % 2 === 0 ? 'rating_awaited' : 'help_customer');
  });
});
