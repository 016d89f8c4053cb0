import { createApiKey } from '../../src/contract/api-keys.js';
import { createBatch } from '../../src/contract/batches.js';
import { deploy } from '../../src/contract/deployments.js';
import { deleteWebhook, searchWebhooks } from '../../src/contract/webhooks.js';
import type { RequestContext } from '../../src/runtime/runtime.js';
import { call } from '../support/contract-client.js';
import type { ProcessBuilder } from '../support/bpmn-builder.js';
import { bpmn } from '../support/bpmn-builder.js';
import type { TestServer } from '../support/server.js';
import { webhookWithDelivery } from '../webhooks/webhook-with-delivery.js';
import type { Subject } from './input.js';
import * as stocked from './stock-models.js';

const context: RequestContext = { tenantId: 'default', actor: 'stock' };

const nothing = { items: [] };

/** How many of each there are before the first request. */
const pooled = 5;

/** A server on which there is something for every request to be about. */
export class Stock {
  readonly #definitions = new Map<string, string>();
  #decision: Subject = {};
  readonly #pool: Subject[] = [];
  #shared: Subject = {};
  #made = 0;

  constructor(private readonly server: TestServer) {}

  /** Deploys the models and starts instances of each. */
  async fill(): Promise<void> {
    for (const model of stocked.models) await this.#deployed(model);
    this.#decision = await this.#newDecision('sum');
    const { apiKeyId } = await call(this.server, createApiKey, 201, {
      body: { name: 'stock', roles: ['worker'] },
    });
    const body = { operation: 'resume', processInstanceIds: ['none'] };
    const { batchId } = await call(this.server, createBatch, 202, { body });
    this.#shared = { apiKeyId, batchId, ...(await webhookWithDelivery(this.server)) };
    for (let count = 0; count < pooled; count += 1) {
      for (const model of [stocked.taskModel, stocked.jobModel, stocked.timerModel]) {
        this.#pool.push(await this.#instanceOf(model));
      }
    }
  }

  /** What a request of the operation is about: something that it can be done to, made for it where it uses that up. */
  async subject(operationId: string, chance: number): Promise<Subject> {
    const about = await this.#about(operationId, chance);
    return { ...this.#shared, ...this.#decision, messageName: 'paid', correlationKey: 'k', ...about };
  }

  /** Something that nothing is to be done to. */
  pooled(chance: number): Subject {
    return this.#pool[Math.floor(chance * this.#pool.length)] ?? {};
  }

  async #about(operationId: string, chance: number): Promise<Subject> {
    const { runtime } = this.server;
    switch (operationId) {
      case 'deleteProcessDefinition':
        return {
          processDefinitionId: await this.#deployed(bpmn(`d${this.#next()}`).startEvent('s').endEvent('e')),
        };
      case 'deleteDecisionDefinition':
        return this.#newDecision(`d${this.#next()}`);
      case 'startProcessInstance':
      case 'evaluateConditions': {
        const model = operationId === 'evaluateConditions' ? stocked.conditionalModel : stocked.taskModel;
        return { ...this.#definitionOf(model), startElementId: 's' };
      }
      case 'cancelProcessInstance':
      case 'suspendProcessInstance':
      case 'modifyProcessInstance':
      case 'migrateProcessInstance':
      case 'setVariables':
      case 'createBatch':
      case 'claimUserTask':
      case 'unclaimUserTask':
      case 'completeUserTask':
      case 'throwUserTaskEscalation':
      case 'updateUserTask':
        return this.#instanceOf(stocked.taskModel);
      case 'throwUserTaskError':
        return this.#instanceOf(stocked.catchingModel);
      case 'resumeProcessInstance': {
        const subject = await this.#instanceOf(stocked.taskModel);
        await runtime.suspendProcessInstance(context, String(subject['processInstanceId']));
        return subject;
      }
      case 'deleteProcessInstance':
        return this.#instanceOf(stocked.shortModel);
      case 'triggerTimer':
        return this.#instanceOf(stocked.timerModel);
      case 'activateElements':
        return this.#instanceOf(stocked.choiceModel);
      case 'correlateMessage':
        return this.#instanceOf(stocked.messageModel);
      case 'updateJob':
        return this.#instanceOf(stocked.jobModel);
      case 'completeJob':
      case 'failJob':
      case 'throwJobError':
      case 'throwJobEscalation':
      case 'extendJob':
        return this.#heldJob();
      case 'resolveIncident':
        return this.#instanceOf(stocked.brokenModel);
      case 'cancelBatch': {
        const processInstanceIds = Array.from({ length: 500 }, (_, index) => `none-${index}`);
        const created = await runtime.createBatch(context, {
          instruction: { operation: 'resume' },
          processInstanceIds,
        });
        return created.ok ? { batchId: created.value.batchId } : {};
      }
      case 'createWebhook':
      case 'updateWebhook':
      case 'deleteWebhook':
      case 'redeliverWebhook':
        return this.#newWebhook();
      case 'revokeApiKey': {
        const body = { name: 'revoked', roles: ['worker'] };
        return { apiKeyId: (await call(this.server, createApiKey, 201, { body })).apiKeyId };
      }
      default:
        return this.pooled(chance);
    }
  }

  /** A webhook like the shared one, which requests may disable. A tenant has a hundred at most: those before are gone. */
  async #newWebhook(): Promise<Subject> {
    const { items } = await call(this.server, searchWebhooks, 200, { body: {} });
    for (const { webhookId } of items) {
      if (webhookId !== this.#shared['webhookId'])
        await call(this.server, deleteWebhook, 204, { params: { webhookId } });
    }
    return webhookWithDelivery(this.server);
  }

  #next(): number {
    return (this.#made += 1);
  }

  #definitionOf(model: ProcessBuilder): Subject {
    const processDefinitionId = this.#definitions.get(model.id) ?? '';
    return { bpmnProcessId: model.id, processDefinitionId, targetProcessDefinitionId: processDefinitionId };
  }

  async #deployed(model: ProcessBuilder): Promise<string> {
    const resources = [{ name: `${model.id}.bpmn`, content: model.toXml() }];
    const { processDefinitions } = await call(this.server, deploy, 201, { body: { resources } });
    const id = processDefinitions[0]?.processDefinitionId ?? '';
    this.#definitions.set(model.id, id);
    return id;
  }

  async #newDecision(decisionId: string): Promise<Subject> {
    const resources = [{ name: `${decisionId}.dmn`, content: stocked.decisionModel(decisionId) }];
    const { decisionDefinitions } = await call(this.server, deploy, 201, { body: { resources } });
    return { decisionId, decisionDefinitionId: decisionDefinitions[0]?.decisionDefinitionId ?? '' };
  }

  /** A new instance, and whatever it waits for. */
  async #instanceOf(model: ProcessBuilder): Promise<Subject> {
    const { runtime } = this.server;
    const started = await runtime.startProcessInstance(context, { bpmnProcessId: model.id });
    if (!started.ok)
      throw new Error(`Expected an instance of ${model.id} but it was refused: ${started.problem.detail}`);
    const { processInstanceId } = started.value;
    const { queries } = runtime;
    const only = { filter: { processInstanceId: { $eq: processInstanceId } }, sort: [], page: { limit: 1 } };
    const [jobs, tasks, incidents, elements, timers] = await Promise.all([
      model === stocked.jobModel ? queries.searchJobs('default', only) : nothing,
      queries.searchUserTasks('default', only),
      model === stocked.brokenModel ? queries.searchIncidents('default', only) : nothing,
      queries.elementInstances('default', processInstanceId, { limit: 10 }),
      model === stocked.timerModel ? queries.timersOf('default', processInstanceId) : [],
    ]);
    const open = elements.items.find(({ state }) => state === 'active');
    return {
      ...this.#definitionOf(model),
      processInstanceId,
      processInstanceScope: `${processInstanceId}-1`,
      scopeElementInstanceId: `${processInstanceId}-1`,
      ...(open === undefined ? {} : { elementInstanceId: open.elementInstanceId, elementId: open.elementId }),
      ...(open === undefined
        ? {}
        : { fromElementInstanceId: open.elementInstanceId, fromElementId: open.elementId }),
      ...given('jobId', jobs.items[0]?.jobId),
      ...given('userTaskId', tasks.items[0]?.userTaskId),
      ...given('incidentId', incidents.items[0]?.incidentId),
      ...given('timerId', timers[0]?.timerId),
      elementIds: 'chosen',
      toElementId: 'u',
      fence: 0,
    };
  }

  async #heldJob(): Promise<Subject> {
    const subject = await this.#instanceOf(stocked.jobModel);
    const jobId = String(subject['jobId']);
    const held = await this.server.runtime.lockJob(context, jobId, { worker: 'stock', timeoutMs: 60_000 });
    if (!held.ok) throw new Error(`Expected the job to be locked but found: ${held.problem.detail}`);
    const { queries } = this.server.runtime;
    const only = { filter: { jobId: { $eq: jobId } }, sort: [], page: { limit: 1 } };
    const { items } = await queries.searchJobs('default', only);
    return { ...subject, fence: items[0]?.fence ?? 0 };
  }
}

function given(name: string, value: string | undefined): Subject {
  return value === undefined ? {} : { [name]: value };
}
