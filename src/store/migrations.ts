import type { Knex } from 'knex';
import * as definitions from '../../migrations/0001-definitions.js';
import * as processInstances from '../../migrations/0002-process-instances.js';
import * as jobsAndTimers from '../../migrations/0003-jobs-and-timers.js';
import * as userTasksAndIncidents from '../../migrations/0004-user-tasks-and-incidents.js';
import * as messagesAndSignals from '../../migrations/0005-messages-and-signals.js';
import * as idempotency from '../../migrations/0006-idempotency.js';
import * as suspension from '../../migrations/0007-suspension.js';
import * as decisionDefinitions from '../../migrations/0008-decision-definitions.js';
import * as processVersions from '../../migrations/0009-process-versions.js';
import * as messageStarts from '../../migrations/0010-message-starts.js';
import * as jobRelay from '../../migrations/0011-job-relay.js';
import * as deliveryLanes from '../../migrations/0012-delivery-lanes.js';
import * as batches from '../../migrations/0013-batches.js';
import * as retention from '../../migrations/0014-retention.js';
import * as startArrivals from '../../migrations/0015-start-arrivals.js';
import * as identity from '../../migrations/0016-identity.js';
import * as callTrees from '../../migrations/0017-call-trees.js';
import * as journalRemoval from '../../migrations/0018-journal-removal.js';
import * as searchInOrder from '../../migrations/0020-search-in-order.js';
import * as loginSessions from '../../migrations/0021-login-sessions.js';
import * as webhooks from '../../migrations/0022-webhooks.js';
import * as audit from '../../migrations/0023-audit.js';
import * as journeyTrace from '../../migrations/0024-journey-trace.js';
import * as rateBuckets from '../../migrations/0025-rate-buckets.js';
import * as roomForUpdates from '../../migrations/0026-room-for-updates.js';
import * as jobRelayIndex from '../../migrations/0027-job-relay-index.js';

/** One step of the schema. Forward only: a release that has been published changes no step, it adds one. */
export interface Migration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
}

/** Every migration of this release, in order. A table and not a folder, so that it is the same from source and compiled. */
export const migrations: readonly Migration[] = [
  { name: '0001-definitions', ...definitions },
  { name: '0002-process-instances', ...processInstances },
  { name: '0003-jobs-and-timers', ...jobsAndTimers },
  { name: '0004-user-tasks-and-incidents', ...userTasksAndIncidents },
  { name: '0005-messages-and-signals', ...messagesAndSignals },
  { name: '0006-idempotency', ...idempotency },
  { name: '0007-suspension', ...suspension },
  { name: '0008-decision-definitions', ...decisionDefinitions },
  { name: '0009-process-versions', ...processVersions },
  { name: '0010-message-starts', ...messageStarts },
  { name: '0011-job-relay', ...jobRelay },
  { name: '0012-delivery-lanes', ...deliveryLanes },
  { name: '0013-batches', ...batches },
  { name: '0014-retention', ...retention },
  { name: '0015-start-arrivals', ...startArrivals },
  { name: '0016-identity', ...identity },
  { name: '0017-call-trees', ...callTrees },
  { name: '0018-journal-removal', ...journalRemoval },
  { name: '0020-search-in-order', ...searchInOrder },
  { name: '0021-login-sessions', ...loginSessions },
  { name: '0022-webhooks', ...webhooks },
  { name: '0023-audit', ...audit },
  { name: '0024-journey-trace', ...journeyTrace },
  { name: '0025-rate-buckets', ...rateBuckets },
  { name: '0026-room-for-updates', ...roomForUpdates },
  { name: '0027-job-relay-index', ...jobRelayIndex },
];

/** The same, as knex wants it. */
export const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: () => Promise.resolve([...migrations]),
  getMigrationName: ({ name }) => name,
  getMigration: ({ up, name }) =>
    Promise.resolve({ up, down: () => Promise.reject(new Error(`${name} goes forward only.`)) }),
};
