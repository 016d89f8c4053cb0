import type { ProcessInstanceState, Wait } from '../../src/engine/state.js';
import { openInstances } from '../engine/invariants.js';
import type { TableRow, Tables } from './read-tables.js';

/** Something that a state waits for, or an incident, as the row that stands for it. Calls have no row. */
export type WaitRow = Readonly<Record<string, string | number | null>>;

/** The rows that should be there for a state, in order of their keys. */
export function expectedWaits(state: ProcessInstanceState): readonly WaitRow[] {
  if (state.status !== 'active') return [];
  return openInstances(state)
    .flatMap(([host, { elementId, waits = [], incident }]) => [
      ...waits.flatMap((wait) => waitRow(host, elementId, wait, incident?.step === 'job')),
      ...(incident
        ? [
            {
              kind: 'incident',
              key: incident.key,
              host,
              elementId,
              code: incident.code,
              message: incident.message,
            },
          ]
        : []),
    ])
    .sort(byKey);
}

/** The rows that are there for the instance that all rows belong to, in order of their keys. */
export function storedWaits(own: Tables): readonly WaitRow[] {
  const of = (kind: string, keyColumn: string, rows: readonly TableRow[], ...columns: readonly string[]) =>
    rows.map((row) => ({
      kind,
      key: Number(row[keyColumn]),
      host: Number(row['element_instance_key']),
      elementId: String(row['element_id']),
      ...Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
    }));
  return [
    ...own.job.map((row) => ({
      kind: 'job',
      key: Number(row['job_key']),
      host: Number(row['element_instance_key']),
      elementId: String(row['element_id']),
      isFailed: row['state'] === 'failed' ? 1 : 0,
    })),
    ...of('timer', 'timer_key', own.timer, 'due_at', 'repetitions_left'),
    ...of('message', 'subscription_key', own.message_subscription),
    ...of('signal', 'subscription_key', own.signal_subscription),
    ...of(
      'userTask',
      'user_task_key',
      own.user_task.filter(({ state }) => state === 'created'),
    ),
    ...of(
      'incident',
      'incident_key',
      own.incident.filter(({ resolved_at: at }) => at === null),
      'code',
      'message',
    ),
  ].sort(byKey);
}

function waitRow(host: number, elementId: string, wait: Wait, isFailed: boolean): readonly WaitRow[] {
  const { kind, key } = wait;
  switch (kind) {
    case 'call':
    case 'conditional':
      return [];
    case 'job':
      return [{ kind, key, host, elementId, isFailed: isFailed ? 1 : 0 }];
    case 'userTask':
      return [{ kind, key, host, elementId }];
    case 'message':
    case 'signal':
      return [{ kind, key, host, elementId: wait.eventId }];
    case 'timer':
      return [
        {
          kind,
          key,
          host,
          elementId: wait.eventId,
          due_at: wait.dueAt,
          repetitions_left: wait.repetitionsLeft ?? null,
        },
      ];
    default:
      return kind satisfies never;
  }
}

function byKey(a: WaitRow, b: WaitRow): number {
  return Number(a['key']) - Number(b['key']);
}
