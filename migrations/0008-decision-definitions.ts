import type { Knex } from 'knex';
import { ddlOf, runAll } from './ddl.js';

/** The decisions in the DMN files of deployments. */
export async function up(knex: Knex): Promise<void> {
  const { text, integer, strict } = ddlOf(knex);
  await runAll(knex, [
    `CREATE TABLE decision_definition (
      decision_definition_id ${text} NOT NULL PRIMARY KEY,
      tenant_id ${text} NOT NULL,
      deployment_id ${text} NOT NULL REFERENCES deployment,
      resource_id ${text} NOT NULL REFERENCES resource,
      resource_name ${text} NOT NULL,
      checksum ${text} NOT NULL,
      decision_id ${text} NOT NULL,
      name ${text},
      version ${integer} NOT NULL,
      version_tag ${text},
      deployed_at ${integer} NOT NULL
    ) ${strict}`,
    // The latest version of a decision, one version, all versions; and no version twice.
    `CREATE UNIQUE INDEX decision_definition_version
      ON decision_definition (tenant_id, decision_id, version)`,
  ]);
}
