import type { Effect } from '../engine/effect.js';
import type { DeliveryBody } from './delivery.js';
import { idOf } from './ids.js';
import {
  laneFrom,
  laneOfCancellations,
  type JobRow,
  type MovableRows,
  type ProcessInstanceRow,
} from './ports.js';
import type { Unit } from './unit.js';

/** What rows repeat of their instance; `at` is the command's time. */
export type EffectOrigin = Pick<
  ProcessInstanceRow,
  'tenantId' | 'processInstanceId' | 'processDefinitionId' | 'bpmnProcessId' | 'businessKey'
> & { readonly at: number; readonly isSuspended: boolean };

/** Writes the row that an effect asks for, in the command's own transaction, and wakes who waits for it after the commit. */
export function writeEffect(unit: Unit, origin: EffectOrigin, effect: Effect): void {
  const { tx, wakeups } = unit;
  const { at, tenantId, processInstanceId, processDefinitionId, bpmnProcessId, businessKey } = origin;
  const id = (key: number) => idOf(processInstanceId, key);
  const throwFrom = (body: DeliveryBody) => deliver(unit, tenantId, body, laneFrom(processInstanceId));
  const owner = {
    tenantId,
    processInstanceId,
    processDefinitionId,
    bpmnProcessId,
    ...(businessKey === undefined ? {} : { businessKey }),
  };
  switch (effect.type) {
    case 'createJob': {
      const { jobKey, elementInstanceKey, elementId, jobType, retries, priority, headers } = effect;
      const created: JobRow = {
        ...owner,
        jobId: id(jobKey),
        type: jobType,
        state: 'created',
        elementId,
        elementInstanceKey,
        jobKey,
        retries,
        priority,
        headers,
        createdAt: at,
        availableAt: at,
        fence: 0,
      };
      const job = origin.isSuspended ? created : unit.jobHandover.place(created, tx.now);
      tx.jobs.insert(job);
      const { deadline } = job;
      if (deadline === undefined) tx.afterCommit(() => wakeups.jobsOffered(tenantId, jobType, 1));
      else tx.afterCommit(() => wakeups.jobsOfferedAt(tenantId, jobType, deadline));
      return;
    }
    case 'removeJob':
      unit.jobHandover.drop(id(effect.jobKey));
      return tx.jobs.remove(id(effect.jobKey));
    case 'retryJob':
      return tx.jobs.retry(id(effect.jobKey), effect.retries, at);
    case 'createUserTask': {
      const { type: _type, ...task } = effect;
      return tx.userTasks.insert({
        ...owner,
        ...task,
        userTaskId: id(effect.userTaskKey),
        state: 'created',
        createdAt: at,
      });
    }
    case 'endUserTask':
      return tx.userTasks.end(id(effect.userTaskKey), effect.outcome, at);
    case 'scheduleTimer': {
      const { type: _type, ...timer } = effect;
      const row = {
        ...timer,
        timerId: id(effect.timerKey),
        tenantId,
        processInstanceId,
        processDefinitionId,
      };
      tx.timers.insert(row, { isSuspended: origin.isSuspended });
      tx.afterCommit(() => wakeups.timerScheduled(effect.dueAt));
      return;
    }
    case 'removeTimer':
      return tx.timers.remove(id(effect.timerKey));
    case 'openMessageSubscription': {
      const { type: _type, ...subscription } = effect;
      return tx.messageSubscriptions.insert({
        ...subscription,
        subscriptionId: id(effect.subscriptionKey),
        tenantId,
        processInstanceId,
        createdAt: at,
      });
    }
    case 'closeMessageSubscription':
      return tx.messageSubscriptions.remove(id(effect.subscriptionKey));
    case 'openSignalSubscription': {
      const { type: _type, ...subscription } = effect;
      return tx.signalSubscriptions.insert({
        ...subscription,
        subscriptionId: id(effect.subscriptionKey),
        tenantId,
        processInstanceId,
      });
    }
    case 'closeSignalSubscription':
      return tx.signalSubscriptions.remove(id(effect.subscriptionKey));
    case 'raiseIncident': {
      const { type: _type, jobKey, ...incident } = effect;
      if (jobKey !== undefined) tx.jobs.exhaust(id(jobKey), effect.message);
      return tx.incidents.insert({
        ...incident,
        incidentId: id(effect.incidentKey),
        tenantId,
        processInstanceId,
        processDefinitionId,
        bpmnProcessId,
        ...(jobKey === undefined ? {} : { jobId: id(jobKey) }),
        createdAt: at,
      });
    }
    case 'resolveIncident':
      return tx.incidents.resolve(id(effect.incidentKey), at);
    case 'startCalledInstance': {
      const { type: _type, callKey: _callKey, elementInstanceKey: _key, ...call } = effect;
      return throwFrom({
        kind: 'startCalledInstance',
        callerDefinitionId: processDefinitionId,
        ...call,
      });
    }
    case 'moveRow':
      return rowsOf(unit, effect.kind).move(id(effect.rowKey), {
        elementId: effect.elementId,
        processDefinitionId,
        bpmnProcessId,
      });
    case 'cancelCalledInstance': {
      const caller = {
        parentProcessInstanceId: processInstanceId,
        parentElementInstanceKey: effect.elementInstanceKey,
      };
      const lane = laneOfCancellations(processInstanceId);
      return deliver(unit, tenantId, { kind: 'cancelCalledInstance', ...caller }, lane);
    }
    case 'reportToCaller': {
      const { type: _type, ...report } = effect;
      return throwFrom({ kind: 'endCall', ...report });
    }
    case 'escalateToCaller': {
      const { type: _type, ...report } = effect;
      return throwFrom({ kind: 'escalateCall', ...report });
    }
    case 'publishMessage': {
      const { type: _type, ...message } = effect;
      return throwFrom({ kind: 'publishMessage', ...message });
    }
    case 'broadcastSignal': {
      const { type: _type, ...signal } = effect;
      return throwFrom({ kind: 'broadcastSignal', ...signal });
    }
    default:
      effect satisfies never;
  }
}

function rowsOf({ tx }: Unit, kind: Extract<Effect, { type: 'moveRow' }>['kind']): MovableRows {
  switch (kind) {
    case 'job':
      return tx.jobs;
    case 'userTask':
      return tx.userTasks;
    case 'timer':
      return tx.timers;
    case 'message':
      return tx.messageSubscriptions;
    case 'signal':
      return tx.signalSubscriptions;
    case 'incident':
      return tx.incidents;
    default:
      return kind satisfies never;
  }
}

/** Writes a delivery; calls and their ends are counted apart from messages and signals. */
export function deliver(unit: Unit, tenantId: string, body: DeliveryBody, lane?: string): void {
  const { hops, calls } = unit;
  const place = { tenantId, ...(lane === undefined ? {} : { lane }) };
  if (body.kind === 'startCalledInstance' || body.kind === 'endCall') {
    unit.tx.deliveries.insert({ ...place, hops, body: { ...body, calls: calls + 1 } });
  } else {
    unit.tx.deliveries.insert({ ...place, hops: hops + 1, body });
  }
  unit.tx.afterCommit(() => unit.wakeups.deliveriesWritten());
}
