import assert from 'node:assert/strict';
import type { Effect } from '../../src/engine/effect.js';

type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

export type JobRow = Omit<EffectOf<'createJob'>, 'type'>;
export type UserTaskRow = Omit<EffectOf<'createUserTask'>, 'type'>;
export type TimerRow = Omit<EffectOf<'scheduleTimer'>, 'type'>;
export type MessageSubscriptionRow = Omit<EffectOf<'openMessageSubscription'>, 'type'>;
export type SignalSubscriptionRow = Omit<EffectOf<'openSignalSubscription'>, 'type'>;
export type CallRow = Omit<EffectOf<'startCalledInstance'>, 'type'>;
export type IncidentRow = Omit<EffectOf<'raiseIncident'>, 'type'>;

/** What an instance says to others: rows of none of the tables. */
export type SentEffect = EffectOf<
  | 'publishMessage'
  | 'broadcastSignal'
  | 'startCalledInstance'
  | 'cancelCalledInstance'
  | 'reportToCaller'
  | 'escalateToCaller'
>;

/**
 * The rows that a durable shell would hold for one instance, made by its effects alone, so that an effect that is missing, doubled or
 * wrong is seen: a row is opened once and closed once.
 */
export class Rows {
  readonly jobs = new Map<number, JobRow>();
  readonly userTasks = new Map<number, UserTaskRow>();
  readonly timers = new Map<number, TimerRow>();
  readonly messageSubscriptions = new Map<number, MessageSubscriptionRow>();
  readonly signalSubscriptions = new Map<number, SignalSubscriptionRow>();
  readonly calls = new Map<number, CallRow>();
  readonly incidents = new Map<number, IncidentRow>();
  readonly userTaskOutcomes = new Map<number, 'completed' | 'canceled'>();
  readonly sent: SentEffect[] = [];

  apply(effect: Effect): void {
    switch (effect.type) {
      case 'createJob':
        return open(this.jobs, effect.jobKey, effect);
      case 'removeJob':
        return void close(this.jobs, effect.jobKey, effect);
      case 'retryJob': {
        const job = close(this.jobs, effect.jobKey, effect);
        return void this.jobs.set(effect.jobKey, { ...job, retries: effect.retries });
      }
      case 'createUserTask':
        return open(this.userTasks, effect.userTaskKey, effect);
      case 'endUserTask':
        close(this.userTasks, effect.userTaskKey, effect);
        return void this.userTaskOutcomes.set(effect.userTaskKey, effect.outcome);
      case 'scheduleTimer':
        return open(this.timers, effect.timerKey, effect);
      case 'removeTimer':
        return void close(this.timers, effect.timerKey, effect);
      case 'openMessageSubscription':
        return open(this.messageSubscriptions, effect.subscriptionKey, effect);
      case 'closeMessageSubscription':
        return void close(this.messageSubscriptions, effect.subscriptionKey, effect);
      case 'openSignalSubscription':
        return open(this.signalSubscriptions, effect.subscriptionKey, effect);
      case 'closeSignalSubscription':
        return void close(this.signalSubscriptions, effect.subscriptionKey, effect);
      case 'startCalledInstance':
        this.sent.push(effect);
        return open(this.calls, effect.callKey, effect);
      case 'cancelCalledInstance':
        this.sent.push(effect);
        return void close(this.calls, effect.callKey, effect);
      case 'raiseIncident':
        if (effect.jobKey !== undefined) this.exhaust(effect.jobKey);
        return open(this.incidents, effect.incidentKey, effect);
      case 'resolveIncident':
        return void close(this.incidents, effect.incidentKey, effect);
      case 'moveRow': {
        const tables = {
          job: this.jobs,
          userTask: this.userTasks,
          timer: this.timers,
          message: this.messageSubscriptions,
          signal: this.signalSubscriptions,
          incident: this.incidents,
        };
        const table: Map<number, { readonly elementId: string }> = tables[effect.kind];
        const row = close(table, effect.rowKey, effect);
        return void table.set(effect.rowKey, { ...row, elementId: effect.elementId });
      }
      case 'reportToCaller':
      case 'escalateToCaller':
      case 'publishMessage':
      case 'broadcastSignal':
        return void this.sent.push(effect);
      default:
        return effect satisfies never;
    }
  }

  /** The caller's own part: a call that was answered is not open any more. */
  closeCall(callKey: number): void {
    assert.ok(this.calls.delete(callKey), `Expected an open call ${callKey} but found none.`);
  }

  /** How many rows of all kinds are open. */
  get size(): number {
    const tables = [
      this.jobs,
      this.userTasks,
      this.timers,
      this.messageSubscriptions,
      this.signalSubscriptions,
      this.calls,
      this.incidents,
    ];
    return tables.reduce((sum, table) => sum + table.size, 0);
  }

  private exhaust(jobKey: number): void {
    const job = this.jobs.get(jobKey);
    assert.ok(job, `Expected the job ${jobKey} of an incident to be open but it is not.`);
    this.jobs.set(jobKey, { ...job, retries: 0 });
  }
}

function open<Row>(rows: Map<number, Row>, key: number, effect: Row & { readonly type: string }): void {
  assert.ok(!rows.has(key), `Expected ${effect.type} ${key} to open a row but it is open already.`);
  const { type: _type, ...row } = effect;
  rows.set(key, row as Row);
}

function close<Row>(rows: Map<number, Row>, key: number, effect: Effect): Row {
  const row = rows.get(key);
  assert.ok(row !== undefined, `Expected a row ${key} for ${effect.type} but found none.`);
  rows.delete(key);
  return row;
}
