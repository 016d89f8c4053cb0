import { parseArgs } from 'node:util';

export const databases = ['sqlite', 'postgres'] as const;
export const queues = ['none', 'redis', 'postgres'] as const;

/** What a round is played on, and how. */
export interface CrashOptions {
  readonly database: (typeof databases)[number];
  readonly queue: (typeof queues)[number];
  /** Chooses faults and load. The processes run as fast as they do, so that a seed is not the same run again. */
  readonly seed: number;
  /** SIGKILLs at moments that chance chooses, of all servers and workers together; 0: one each, and one at each named point. */
  readonly kills: number;
  /** How many users ask at once. */
  readonly clients: number;
  /** For how long Redis is away; 0: for one or two seconds. */
  readonly redisAwayMs: number;
}

/** As far as tests go that say nothing else. */
export const usual = { kills: 0, clients: 8, redisAwayMs: 0 } as const;

/** The command line. @throws TypeError for an option that there is not, or a value that it cannot have. */
export function crashArguments(
  args: readonly string[],
): Omit<CrashOptions, 'seed'> & { readonly rounds: number; readonly seed: number | undefined } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string' },
      db: { type: 'string', default: 'sqlite' },
      queue: { type: 'string', default: 'none' },
      kills: { type: 'string', default: '0' },
      clients: { type: 'string', default: '8' },
      'redis-away': { type: 'string', default: '0' },
    },
  });
  const database = oneOf(databases, 'db', values.db);
  const queue = oneOf(queues, 'queue', values.queue);
  if (database === 'sqlite' && queue === 'postgres') {
    throw new TypeError('Expected --db postgres with --queue postgres.');
  }
  return {
    database,
    queue,
    kills: integer('kills', values.kills),
    clients: integer('clients', values.clients),
    redisAwayMs: 1_000 * integer('redis-away', values['redis-away']),
    rounds: integer('rounds', values.rounds),
    seed: values.seed === undefined ? undefined : integer('seed', values.seed),
  };
}

function oneOf<const Value extends string>(values: readonly Value[], name: string, given: string): Value {
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new TypeError(`Expected --${name} to be one of ${values.join(', ')} but found ${given}.`);
}

function integer(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new TypeError(`Expected --${name} to be an integer but found ${text}.`);
}
