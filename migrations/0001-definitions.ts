import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** Deployments, the files they brought, and the process definitions in them. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE deployment (
      deployment_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      deployed_at ${integer} NOT NULL,
      actor ${text} NOT NULL
    ) ${strict}`,

    `CREATE TABLE resource (
      resource_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      deployment_id ${text} NOT NULL REFERENCES deployment,
      name ${text} NOT NULL,
      checksum ${text} NOT NULL,
      content ${text} NOT NULL
    ) ${strict}`,

    `CREATE TABLE process_definition (
      process_definition_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      deployment_id ${text} NOT NULL REFERENCES deployment,
      resource_id ${text} NOT NULL REFERENCES resource,
      resource_name ${text} NOT NULL,
      checksum ${text} NOT NULL,
      bpmn_process_id ${text} NOT NULL,
      name ${text},
      version ${integer} NOT NULL,
      version_tag ${text},
      deployed_at ${integer} NOT NULL
    ) ${strict}`,
    // The latest version of a process, one version, all versions; and no version twice.
    `CREATE UNIQUE INDEX process_definition_version
      ON process_definition (tenant_id, bpmn_process_id, version)`,
  ]);
}
