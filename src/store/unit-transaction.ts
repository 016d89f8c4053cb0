import type { Transaction } from '../runtime/ports.js';
import { createApiKeyStore } from './api-keys.js';
import { createAuditStore } from './audit.js';
import { createBatchStore } from './batches.js';
import { createDecisionDefinitionStore } from './decision-definitions.js';
import { createDefinitionStore } from './definitions.js';
import { createDeliveryStore } from './deliveries.js';
import { createElementInstanceStore } from './element-instances.js';
import { createIdempotencyStore } from './idempotency.js';
import { createIncidentStore } from './incidents.js';
import type { InstanceUnit } from './instance-unit.js';
import { createJobStore } from './jobs.js';
import { createJournalStore } from './journal.js';
import { createLoginSessionStore } from './login-sessions.js';
import { createMessageStartStore } from './message-starts.js';
import { createMessageSubscriptionStore } from './message-subscriptions.js';
import { createMessageStore } from './messages.js';
import { createProcessInstanceStore } from './process-instances.js';
import { createRetentionStore } from './retention.js';
import type { Session } from './session.js';
import { createSignalSubscriptionStore } from './signal-subscriptions.js';
import { createStartArrivalStore } from './start-arrivals.js';
import { createStartSubscriptionStore } from './start-subscriptions.js';
import { createTimerStore } from './timers.js';
import { createUserTaskStore } from './user-tasks.js';
import { createVariableStore } from './variables.js';
import { createWebhookStore } from './webhooks.js';

/** The ports of one unit of work over its session; each is made when it is first asked for. */
export class UnitTransaction implements Transaction {
  readonly #session: Session;
  readonly #instances: InstanceUnit;
  /** To be run after the commit. */
  readonly actions: (() => void)[] = [];
  #processInstances: Transaction['processInstances'] | undefined;
  #elementInstances: Transaction['elementInstances'] | undefined;
  #variables: Transaction['variables'] | undefined;
  #journal: Transaction['journal'] | undefined;
  #jobs: Transaction['jobs'] | undefined;
  #timers: Transaction['timers'] | undefined;
  #userTasks: Transaction['userTasks'] | undefined;
  #incidents: Transaction['incidents'] | undefined;
  #messageSubscriptions: Transaction['messageSubscriptions'] | undefined;
  #messages: Transaction['messages'] | undefined;
  #messageStarts: Transaction['messageStarts'] | undefined;
  #signalSubscriptions: Transaction['signalSubscriptions'] | undefined;
  #startSubscriptions: Transaction['startSubscriptions'] | undefined;
  #startArrivals: Transaction['startArrivals'] | undefined;
  #deliveries: Transaction['deliveries'] | undefined;
  #decisionDefinitions: Transaction['decisionDefinitions'] | undefined;
  #definitions: Transaction['definitions'] | undefined;
  #idempotency: Transaction['idempotency'] | undefined;
  #apiKeys: Transaction['apiKeys'] | undefined;
  #audit: Transaction['audit'] | undefined;
  #loginSessions: Transaction['loginSessions'] | undefined;
  #batches: Transaction['batches'] | undefined;
  #retention: Transaction['retention'] | undefined;
  #webhooks: Transaction['webhooks'] | undefined;

  constructor(session: Session, instances: InstanceUnit) {
    this.#session = session;
    this.#instances = instances;
  }

  get now(): number {
    return this.#session.now;
  }

  get hasWritten(): boolean {
    return this.#session.hasWritten;
  }

  afterCommit(action: () => void): void {
    this.actions.push(action);
  }

  get processInstances(): Transaction['processInstances'] {
    return (this.#processInstances ??= createProcessInstanceStore(this.#session, this.#instances));
  }

  get elementInstances(): Transaction['elementInstances'] {
    return (this.#elementInstances ??= createElementInstanceStore(this.#session));
  }

  get variables(): Transaction['variables'] {
    return (this.#variables ??= createVariableStore(this.#session));
  }

  get journal(): Transaction['journal'] {
    return (this.#journal ??= createJournalStore(this.#session));
  }

  get jobs(): Transaction['jobs'] {
    return (this.#jobs ??= createJobStore(this.#session));
  }

  get timers(): Transaction['timers'] {
    return (this.#timers ??= createTimerStore(this.#session));
  }

  get userTasks(): Transaction['userTasks'] {
    return (this.#userTasks ??= createUserTaskStore(this.#session));
  }

  get incidents(): Transaction['incidents'] {
    return (this.#incidents ??= createIncidentStore(this.#session));
  }

  get messageSubscriptions(): Transaction['messageSubscriptions'] {
    return (this.#messageSubscriptions ??= createMessageSubscriptionStore(this.#session));
  }

  get messages(): Transaction['messages'] {
    return (this.#messages ??= createMessageStore(this.#session));
  }

  get messageStarts(): Transaction['messageStarts'] {
    return (this.#messageStarts ??= createMessageStartStore(this.#session));
  }

  get signalSubscriptions(): Transaction['signalSubscriptions'] {
    return (this.#signalSubscriptions ??= createSignalSubscriptionStore(this.#session));
  }

  get startSubscriptions(): Transaction['startSubscriptions'] {
    return (this.#startSubscriptions ??= createStartSubscriptionStore(this.#session));
  }

  get startArrivals(): Transaction['startArrivals'] {
    return (this.#startArrivals ??= createStartArrivalStore(this.#session));
  }

  get deliveries(): Transaction['deliveries'] {
    return (this.#deliveries ??= createDeliveryStore(this.#session));
  }

  get definitions(): Transaction['definitions'] {
    return (this.#definitions ??= createDefinitionStore(this.#session, this.#instances));
  }

  get decisionDefinitions(): Transaction['decisionDefinitions'] {
    return (this.#decisionDefinitions ??= createDecisionDefinitionStore(this.#session));
  }

  get idempotency(): Transaction['idempotency'] {
    return (this.#idempotency ??= createIdempotencyStore(this.#session));
  }

  get webhooks(): Transaction['webhooks'] {
    return (this.#webhooks ??= createWebhookStore(this.#session));
  }

  get apiKeys(): Transaction['apiKeys'] {
    return (this.#apiKeys ??= createApiKeyStore(this.#session));
  }

  get audit(): Transaction['audit'] {
    return (this.#audit ??= createAuditStore(this.#session));
  }

  get loginSessions(): Transaction['loginSessions'] {
    return (this.#loginSessions ??= createLoginSessionStore(this.#session));
  }

  get batches(): Transaction['batches'] {
    return (this.#batches ??= createBatchStore(this.#session));
  }

  get retention(): Transaction['retention'] {
    return (this.#retention ??= createRetentionStore(this.#session, this.#instances));
  }
}
