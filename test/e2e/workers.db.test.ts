import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { type PrivateRedis, privateRedis } from '../support/private-redis.js';
import { send } from '../support/server-process.js';
import { skip } from '../support/skip.js';
import { testDatabaseKind } from '../support/services.js';
import { until } from '../support/until.js';
import { useWorkers } from './use-workers.js';

/** The queues that this run's database can be combined with. */
const kinds = testDatabaseKind() === 'postgres' ? (['redis', 'postgres'] as const) : (['redis'] as const);

let redis: PrivateRedis | undefined;
before(async function () {
  redis = await privateRedis();
  if (redis === undefined) skip(this, 'there is no redis-server and redis-cli on the PATH');
  await redis.start();
});
after(() => redis?.kill());
const redisOf = (): PrivateRedis => {
  assert.ok(redis);
  return redis;
};

describe('worker processes', function () {
  this.timeout(90_000);
  // On PostgreSQL its own queue is tested too, in the same tests, so that both databases execute the same ones.
  const queueOf = (kind: 'redis' | 'postgres') => (): Record<string, string> =>
    kind === 'redis' ? { REDIS_URL: redisOf().url } : { QUEUE: 'postgres' };

  describe('on the queue of the database’s own, or Redis', () => {
    const test = useWorkers(queueOf(kinds.at(-1) ?? 'redis'));

    it('do the jobs of the server, and what one was killed with another does', async () => {
      const first = await test.start('--types', 'slow', '--concurrency', '2');
      const slow = [await test.instance('slow'), await test.instance('slow')];
      await until(async () => (await test.calls()).length === 2, 'both handlers at work');
      await first.end('SIGKILL');
      await test.go();
      const second = await test.start();
      await test.allCompleted([...slow, await test.instance('quick')]);
      for (const id of slow) assert.equal((await test.variables(id))['by'], second.pid);
      const calls = await test.calls();
      assert.equal(calls.filter(({ pid }) => pid === first.pid).length, 2);
    });
  });

  describe('on Redis', () => {
    const test = useWorkers(queueOf('redis'));

    it('row 5: worker stopped (SIGSTOP) beyond its lock, another completes, SIGCONT: the first is refused, one effect is recorded', async () => {
      const frozen = await test.start('--types', 'slow');
      const id = await test.instance('slow');
      await until(async () => (await test.calls()).length === 1, 'the handler at work');
      frozen.signal('SIGSTOP');
      await test.go();
      const other = await test.start();
      await test.allCompleted([id]);
      frozen.signal('SIGCONT');
      await until(() => frozen.output().includes('is not held any more'), 'the late report to be refused');
      assert.equal((await test.variables(id))['by'], other.pid);
      assert.equal(await frozen.end('SIGTERM'), 0);
    });

    it('finish what is at work on SIGTERM, and give back what does not finish', async () => {
      test.env['SHUTDOWN_GRACE_MS'] = '1000';
      const stopped = await test.start('--types', 'slow');
      const id = await test.instance('slow');
      await until(async () => (await test.calls()).length === 1, 'the handler at work');
      assert.equal(await stopped.end('SIGTERM'), 0);
      const { body } = await send(test.server.url, 'POST', '/v1/jobs/search', {});
      const [job] = body['items'] as readonly { state: string; retries: number }[];
      assert.deepEqual([job?.state, job?.retries], ['created', 3]);

      test.env['SHUTDOWN_GRACE_MS'] = '20000';
      const finishing = await test.start();
      await until(async () => (await test.calls()).length === 2, 'the handler at work again');
      const ended = finishing.end('SIGTERM');
      await until(() => finishing.output().includes('"stopping"'), 'the worker to be stopping');
      await test.go();
      assert.equal(await ended, 0);
      assert.equal((await test.variables(id))['by'], finishing.pid);
      await test.start();
      await test.allCompleted([id]);
    });

    it('end at once on a second signal', async () => {
      const worker = await test.start();
      await test.instance('slow');
      await until(async () => (await test.calls()).length === 1, 'the handler at work');
      worker.signal('SIGTERM');
      await until(() => worker.output().includes('"stopping"'), 'the worker to be stopping');
      assert.equal(await worker.end('SIGTERM'), 1);
    });

    it('lose no job when Redis is flushed, killed and empty, and the server answers meanwhile', async () => {
      const ids: string[] = [];
      for (let count = 0; count < 20; count++) ids.push(await test.instance('quick'));
      const size = async (): Promise<number> => Number(await redisOf().command('DBSIZE'));
      await until(async () => (await size()) > 20, 'the jobs to be in Redis');
      await redisOf().command('FLUSHALL');
      const worker = await test.start();
      await test.allCompleted(ids);

      await redisOf().kill();
      for (let count = 0; count < 20; count++) ids.push(await test.instance('quick'));
      const queueState = async () => (await send(test.server.url, 'GET', '/readyz')).body;
      await until(async () => (await queueState())['queue'] === 'down', 'the probe to say so');
      assert.equal((await queueState())['status'], 'ready');
      const metrics = async () => (await fetch(`${test.server.url}/metrics`)).text();
      assert.match(await metrics(), /^throughline_queue_up 0$/m);
      assert.match(await metrics(), /^throughline_jobs\{type="quick",state="created"\} 20$/m);
      await until(
        () => test.server.output().includes('jobs cannot be put on the queue'),
        'the server to say so',
      );
      await redisOf().start();
      await test.allCompleted(ids);
      assert.equal((await queueState())['queue'], 'up');
      assert.match(await metrics(), /^throughline_queue_up 1$/m);

      const calls = (await test.calls()).map(({ jobId }) => jobId);
      assert.equal(new Set(calls).size, 2 * ids.length);
      const said = test.server.output().split('jobs cannot be put on the queue').length - 1;
      assert.equal(said, 1, 'once per outage');
      assert.equal(await worker.end('SIGTERM'), 0);
    });

    it('carry no variables, and their keys have the prefix', async () => {
      await test.instance('quick');
      await until(
        async () => (await redisOf().command('KEYS', `${test.env['QUEUE_PREFIX']}:jobs-quick:*-0`)) !== '',
        'the job to be in Redis',
      );
      const keys = (await redisOf().command('KEYS', '*')).split('\n');
      assert.ok(
        keys.every((key) => key.startsWith('test_')),
        keys.join(),
      );
      const [entry = ''] = keys.filter((key) => key.endsWith('-0'));
      const data = JSON.parse(await redisOf().command('HGET', entry, 'data')) as object;
      assert.deepEqual(Object.keys(data), ['jobId', 'fence']);
    });
  });
});
