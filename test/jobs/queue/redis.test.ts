import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { readQueuedJob } from '../../../src/jobs/queue/job-queue.js';
import { queuedPriorityOf } from '../../../src/jobs/queue/bullmq-job-queue.js';
import { queuedIdOf, queueNameOf } from '../../../src/jobs/queue/queue-names.js';
import {
  checkRedis,
  checkRedisVersion,
  shownRedisUrl,
  UnusableRedis,
} from '../../../src/jobs/queue/redis.js';
import { createLogger, silentLogger } from '../../../src/platform/logger.js';

describe('Redis for jobs', () => {
  it('is 6.2 or later', () => {
    for (const version of ['6.2.0', '7.0.15', '8.0.1', '10.0.0']) {
      checkRedisVersion(`# Server\r\nredis_version:${version}\r\nredis_mode:standalone`, 'here');
    }
    for (const version of ['5.0.14', '6.0.16', '2.8.9']) {
      assert.throws(() => checkRedisVersion(`redis_version:${version}\r\n`, 'redis://cache:6379'), {
        name: 'UnusableRedis',
        message: `Expected Redis 6.2 or later at redis://cache:6379 but found ${version}.`,
      });
    }
  });

  it('that is too old keeps a server from starting', async () => {
    const info = 'redis_version:5.0.14\r\n';
    const old = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        // One answer for each command of the pipeline: an array begins with its number of parts.
        for (const _command of data.toString().matchAll(/(^|\r\n)\*\d+\r\n/g)) {
          socket.write(`$${info.length}\r\n${info}\r\n`);
        }
      });
    }).listen(0, '127.0.0.1');
    await once(old, 'listening');
    const address = old.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await assert.rejects(
      checkRedis(`redis://user:secret@127.0.0.1:${port}/1`, silentLogger),
      (error: unknown) =>
        error instanceof UnusableRedis &&
        /found 5\.0\.14/.test(error.message) &&
        !/secret/.test(error.message),
    );
    old.close();
  });

  it('that does not answer does not; it is told once, without credentials', async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'info' }, { write: (line) => void lines.push(line) });
    await checkRedis('redis://user:secret@127.0.0.1:1/0', logger);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /Redis does not answer yet/);
    assert.doesNotMatch(lines.join(), /secret/);
    assert.equal(shownRedisUrl('rediss://user:secret@cache:6380/3?tls=1'), 'rediss://cache:6380/3');
  });
});

describe('entries of a queue', () => {
  it('are named by job, fence and type', () => {
    assert.equal(queuedIdOf({ jobId: 'u-1', fence: 2 }), 'u-1-2');
    assert.equal(queueNameOf('send:letter/ä'), 'jobs-send%3Aletter%2F%C3%A4');
  });

  it('come in the order of their priority', () => {
    const priorities = [2 ** 31 - 1, 90, 1, 0, -1, -(2 ** 31)].map(queuedPriorityOf);
    assert.deepEqual(
      [...priorities].sort((a, b) => a - b),
      priorities,
    );
    assert.ok(Math.min(...priorities) >= 1 && Math.max(...priorities) <= 2 ** 21 - 1);
  });

  it('that are no jobs are not taken for one', () => {
    assert.deepEqual(readQueuedJob({ jobId: 'a', fence: 1, more: 2 }), { jobId: 'a', fence: 1 });
    for (const data of [undefined, null, 'a', {}, { jobId: 1, fence: 1 }, { jobId: 'a', fence: '1' }]) {
      assert.equal(readQueuedJob(data), undefined);
    }
  });
});
