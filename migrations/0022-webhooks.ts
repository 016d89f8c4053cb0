import type { Knex } from 'knex';
import { ddlOf, runAll, vacuumEagerly } from './ddl.js';

/** Webhooks, and what is and was delivered to each. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE webhook (
      webhook_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      name ${text},
      url ${text} NOT NULL,
      filter ${text} NOT NULL,
      -- What of its tenant its creator reaches; NULL for everything.
      reach ${text},
      follows_redirects ${integer} NOT NULL,
      created_at ${integer} NOT NULL,
      created_by ${text} NOT NULL,
      state ${text} NOT NULL,
      disabled_at ${integer},
      disabled_because ${text},
      secret ${text} NOT NULL,
      previous_secret ${text},
      previous_secret_until ${integer},
      -- Every event up to here has a delivery, or is not wanted.
      position ${text} NOT NULL,
      last_success_at ${integer},
      last_failure_at ${integer},
      -- Raised by every change that somebody asks for.
      revision ${integer} NOT NULL,
      -- The node that delivers now, and until when.
      claimed_by ${text},
      claimed_until ${integer}
    ) ${strict}`,
    // The webhooks of a tenant, by creation.
    `CREATE INDEX webhook_created ON webhook (tenant_id, created_at, webhook_id)`,
    // Those that a node serves, or could.
    `CREATE INDEX webhook_enabled ON webhook (webhook_id) WHERE state = 'enabled'`,

    `CREATE TABLE webhook_delivery (
      delivery_id ${text} NOT NULL PRIMARY KEY,
      webhook_id ${text} NOT NULL,
      tenant_id ${text} NOT NULL,
      -- The event's id: the webhook-id of every attempt.
      event_id ${text} NOT NULL,
      event_type ${text} NOT NULL,
      process_instance_id ${text},
      -- Of one lane, one after the other.
      lane ${text} NOT NULL,
      sequence ${integer} NOT NULL,
      place ${integer} NOT NULL,
      body ${text} NOT NULL,
      state ${text} NOT NULL,
      attempts ${text} NOT NULL,
      next_attempt_at ${integer},
      redelivery_of ${text},
      created_at ${integer} NOT NULL,
      ended_at ${integer}
    ) ${strict}`,
    // The log of a webhook, by creation.
    `CREATE INDEX webhook_delivery_log ON webhook_delivery (webhook_id, delivery_id)`,
    // What waits to be delivered, in order.
    `CREATE INDEX webhook_delivery_pending ON webhook_delivery (webhook_id, sequence, place)
      WHERE state = 'pending'`,
    // Removal of old ones.
    `CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at) WHERE ended_at IS NOT NULL`,
    // Removal with a process instance.
    `CREATE INDEX webhook_delivery_instance ON webhook_delivery (process_instance_id)
      WHERE process_instance_id IS NOT NULL`,
  ]);
  await vacuumEagerly(knex, ['webhook', 'webhook_delivery']);
}
