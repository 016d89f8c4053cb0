import knexPackage, { type Knex } from 'knex';
import { databaseLocation } from '../../src/store/database-url.js';
import { type Migration, migrationSource, migrations } from '../../src/store/migrations.js';

/** Brings an empty database to the schema that it had before the last migration. */
export function migrateAsBefore(databaseUrl: string): Promise<void> {
  return runMigrations(databaseUrl, migrations.slice(0, -1));
}

/** Runs a migration that this release does not have, behind its own: as a later release does. */
export function migrateAsLater(databaseUrl: string, later: Migration): Promise<void> {
  return runMigrations(databaseUrl, [...migrations, later]);
}

async function runMigrations(databaseUrl: string, chosen: readonly Migration[]): Promise<void> {
  const location = databaseLocation(databaseUrl);
  const config: Knex.Config =
    location.kind === 'sqlite'
      ? { client: 'better-sqlite3', connection: { filename: location.path }, useNullAsDefault: true }
      : { client: 'pg', connection: location.url };
  const knex = knexPackage(config);
  try {
    const source = { ...migrationSource, getMigrations: () => Promise.resolve([...chosen]) };
    await knex.migrate.latest({ migrationSource: source, tableName: 'schema_migration' });
  } finally {
    await knex.destroy();
  }
}
