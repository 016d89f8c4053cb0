import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../fuzz/random.js';
import type { CrashServices } from './crash-services.js';

/** How long the database or Redis is away. */
const awayMs = { least: 300, more: 1_500 } as const;
const between = { least: 2_000, more: 4_000 } as const;

/** Takes away each service of the round once, at moments and in an order that chance chooses; answers what was done. */
export async function takeServicesAway(
  services: CrashServices,
  random: Random,
  redisAwayMs: number,
): Promise<readonly string[]> {
  const { redis, postgres } = services;
  const pause = (length: typeof between | typeof awayMs): Promise<void> =>
    sleep(length.least + random.pick(length.more));
  const left: (readonly [string, () => Promise<void>])[] = [];
  if (redis !== undefined) {
    left.push(['flush Redis', async () => void (await redis.command('FLUSHALL'))]);
    left.push([
      'restart Redis',
      async () => {
        await redis.kill();
        await (redisAwayMs > 0 ? sleep(redisAwayMs) : pause(awayMs));
        await redis.start();
      },
    ]);
  }
  if (postgres !== undefined) {
    left.push([
      'restart PostgreSQL',
      async () => {
        await postgres.crash();
        await pause(awayMs);
        await postgres.restart();
      },
    ]);
  }
  const done: string[] = [];
  while (left.length > 0) {
    const [[name, take] = random.from(left)] = left.splice(random.pick(left.length), 1);
    await pause(between);
    await take();
    done.push(name);
  }
  return done;
}
