import { Redis, type RedisOptions } from 'ioredis';
import { OutageLog } from './outage-log.js';
import type { Logger } from '../../platform/logger.js';

/** The oldest Redis whose commands BullMQ's scripts may use. */
const oldest = [6, 2] as const;
const longestPauseMs = 2_000;
const answerLimitMs = 5_000;
const firstAnswerMs = 3_000;

/** Redis answers, but it is not one that jobs can travel on. The message is for operators, without credentials. */
export class UnusableRedis extends Error {
  override readonly name = 'UnusableRedis';
}

/** Where a Redis is, without user, password and query. */
export function shownRedisUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * A connection for those who put jobs: what cannot be sent now fails now, so that nothing piles up in memory. It connects again
 * by itself, and never ends the process.
 */
export function connectProducer(url: string, logger: Logger): Redis {
  return connect(url, logger, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerLimitMs,
  });
}

/** A connection for workers, which wait for Redis as long as it takes. */
export function connectConsumer(url: string, logger: Logger): Redis {
  return connect(url, logger, { maxRetriesPerRequest: null });
}

function connect(url: string, logger: Logger, options: RedisOptions): Redis {
  const redis = new Redis(url, {
    connectTimeout: answerLimitMs,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 10), longestPauseMs),
    ...options,
  });
  // Each queue and worker listens.
  redis.setMaxListeners(0);
  const outages = new OutageLog(logger, `Redis at ${shownRedisUrl(url)}`);
  redis.on('error', (error) => outages.failed(error));
  redis.on('ready', () => outages.worked());
  return redis;
}

/**
 * Whether Redis can be used, as far as can be known now: one that does not answer yet may come later.
 * @throws UnusableRedis when it is too old.
 */
export async function checkRedis(url: string, logger: Logger): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: firstAnswerMs,
    commandTimeout: firstAnswerMs,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  });
  let lastError: unknown;
  redis.on('error', (error) => (lastError = error));
  try {
    await redis.connect();
    checkRedisVersion(await redis.info('server'), shownRedisUrl(url));
  } catch (error) {
    if (error instanceof UnusableRedis) throw error;
    const reason = lastError ?? error;
    logger.warn({ err: reason, redis: shownRedisUrl(url) }, 'Redis does not answer yet; jobs wait for it');
  } finally {
    redis.disconnect();
  }
}

/** @throws UnusableRedis when the text that INFO has answered tells of a Redis older than 6.2. Forks that say another version do so on purpose. */
export function checkRedisVersion(info: string, where: string): void {
  const version = /^redis_version:(\S+)/m.exec(info)?.[1];
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === undefined || major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new UnusableRedis(`Expected Redis ${oldest.join('.')} or later at ${where} but found ${version}.`);
}
