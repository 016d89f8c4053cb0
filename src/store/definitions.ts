import type { DefinitionStore, DeploymentRow, ProcessDefinitionRow, ResourceRow } from '../runtime/ports.js';
import { type Dialect, perDialect } from './dialect.js';
import type { InstanceUnit } from './instance-unit.js';
import { type LockingRead, type Session, writeRow } from './session.js';
import { integerOf, optionalIntegerOf, type SqlInput, toSqlValue } from './sql-value.js';
import { isOfTenant, type Statement, statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const deploymentTable = defineTable<DeploymentRow>('deployment', {
  deploymentId: 'key',
  tenantId: 'key',
  deployedAt: 'integer',
  actor: 'text',
});

export const resourceTable = defineTable<ResourceRow>('resource', {
  resourceId: 'key',
  tenantId: 'key',
  deploymentId: 'key',
  name: 'text',
  checksum: 'text',
  content: 'text',
});

export const processDefinitionTable = defineTable<ProcessDefinitionRow>('process_definition', {
  processDefinitionId: 'key',
  tenantId: 'key',
  deploymentId: 'key',
  resourceId: 'key',
  resourceName: 'text',
  checksum: 'text',
  bpmnProcessId: 'key',
  name: 'text',
  version: 'integer',
  versionTag: 'text',
  deployedAt: 'integer',
  historyTimeToLive: 'text',
});

const remove = processDefinitionTable.remove(['processDefinitionId']);
const noteVersion = statement(
  `INSERT INTO removed_version (tenant_id, bpmn_process_id, version) VALUES ($1, $2, $3)
   ON CONFLICT (tenant_id, bpmn_process_id) DO UPDATE SET version = excluded.version
   WHERE excluded.version > removed_version.version`,
);
const lastVersion = tenantStatement(
  `SELECT max(version) FROM (
     SELECT version FROM process_definition WHERE tenant_id = $1 AND bpmn_process_id = $2
     UNION ALL SELECT version FROM removed_version WHERE tenant_id = $1 AND bpmn_process_id = $2
   ) AS versions`,
);

const selectAny = `SELECT ${processDefinitionTable.columns} FROM process_definition`;
const select = `${selectAny} WHERE tenant_id = $1`;
const selectById = `${selectAny} WHERE process_definition_id = $2 AND ${isOfTenant('$1')}`;
const newestFirst = 'ORDER BY version DESC';
const findVersions = tenantStatement(`${select} AND bpmn_process_id = $2 ${newestFirst}`);

const ofProcess = 'tenant_id = $1 AND bpmn_process_id = $2';
/** What is found stays until the end of the transaction, so that an instance of it can be started. */
const found = perDialect((dialect) => ({
  byId: keptRead(dialect, selectById),
  latest: keptNewest(dialect, ofProcess),
  byVersion: keptRead(dialect, `${select} AND bpmn_process_id = $2 AND version = $3`),
  byVersionTag: keptNewest(dialect, `${ofProcess} AND version_tag = $3`),
  inDeployment: keptNewest(dialect, `${ofProcess} AND deployment_id = $3`),
}));
/** The newest version of a process, by tenant and the id in the model. */
export const latestDefinition = perDialect(({ name }) => found[name].latest);

function keptRead({ forKeyShare, keyShareSkipLocked }: Dialect, one: string): LockingRead {
  return {
    waiting: tenantStatement(`${one} ${forKeyShare}`),
    skipping: tenantStatement(`${one} ${keyShareSkipLocked}`),
  };
}

/** Which is the newest is asked without a lock: to pass over one that is being deleted must not find the one before it. */
function keptNewest({ forKeyShare, keyShareSkipLocked }: Dialect, condition: string): LockingRead {
  const first = `WHERE ${condition} ${newestFirst} LIMIT 1`;
  return {
    waiting: tenantStatement(`${selectAny} ${first} ${forKeyShare}`),
    skipping: tenantStatement(
      `${selectAny} WHERE process_definition_id = (SELECT process_definition_id FROM process_definition ${first})
       ${keyShareSkipLocked}`,
    ),
  };
}

const lockForRemoval = perDialect(({ forUpdate }) => tenantStatement(`${selectById} ${forUpdate}`));

/** One definition, by tenant and id. */
export const findProcessDefinition = tenantStatement(selectById);

/** One file of a deployment, by tenant and id. */
export const findResource = tenantStatement(
  `SELECT ${resourceTable.columns} FROM resource WHERE resource_id = $2 AND ${isOfTenant('$1')}`,
);

const countActive = tenantStatement(
  `SELECT count(*) FROM process_instance
   WHERE tenant_id = $1 AND process_definition_id = $2 AND status = 'active'`,
);

/** Files outlive their definitions: the models of instances that have ended stay readable. */
export function createDefinitionStore(session: Session, instances: InstanceUnit): DefinitionStore {
  const findOne = async (
    query: Statement,
    ...parameters: readonly SqlInput[]
  ): Promise<ProcessDefinitionRow | undefined> => {
    const [row] = await session.read(query, parameters.map(toSqlValue));
    return row && processDefinitionTable.decode(row);
  };
  const findKept = async (
    query: LockingRead,
    ...parameters: readonly SqlInput[]
  ): Promise<ProcessDefinitionRow | undefined> => {
    const row = await session.readLocked(query, parameters.map(toSqlValue));
    return row && processDefinitionTable.decode(row);
  };
  const { byId, latest, byVersion, byVersionTag, inDeployment } = found[session.dialect.name];
  /** The newest may have been deleted while we waited for it; then there is another newest. */
  const findNewest: typeof findKept = async (query, ...parameters) =>
    (await findKept(query, ...parameters)) ?? (await findKept(query, ...parameters));
  return {
    async lockDeployments(tenantId) {
      await session.lock(['deployments', tenantId], true);
    },
    insertDeployment: (row) => writeRow(session, deploymentTable.insert, row),
    insertResource: (row) => writeRow(session, resourceTable.insert, row),
    insert: (row) => writeRow(session, processDefinitionTable.insert, row),
    remove({ processDefinitionId, tenantId, bpmnProcessId, version }) {
      session.write(noteVersion, [tenantId, bpmnProcessId, version].map(toSqlValue));
      writeRow(session, remove, { processDefinitionId });
    },
    async lastVersion(tenantId, bpmnProcessId) {
      const [row] = await session.read(lastVersion, [tenantId, bpmnProcessId].map(toSqlValue));
      return optionalIntegerOf(row?.[0]) ?? 0;
    },
    find: (tenantId, id) => findKept(byId, tenantId, id),
    findLatest: (tenantId, id) => findNewest(latest, tenantId, id),
    findVersion: (tenantId, id, version) => findKept(byVersion, tenantId, id, version),
    findVersionTag: (tenantId, id, versionTag) => findNewest(byVersionTag, tenantId, id, versionTag),
    findInDeployment: (tenantId, id, deployment) => findNewest(inDeployment, tenantId, id, deployment),
    lockForRemoval: (tenantId, id) => findOne(lockForRemoval[session.dialect.name], tenantId, id),
    async listVersions(tenantId, bpmnProcessId) {
      const rows = await session.read(findVersions, [tenantId, bpmnProcessId].map(toSqlValue));
      return rows.map(processDefinitionTable.decode);
    },
    async loadResource(tenantId, resourceId) {
      const [row] = await session.read(findResource, [tenantId, resourceId].map(toSqlValue));
      return row && resourceTable.decode(row);
    },
    async countActiveInstances(tenantId, processDefinitionId) {
      instances.flush();
      const [row] = await session.read(countActive, [tenantId, processDefinitionId].map(toSqlValue));
      return integerOf(row?.[0]);
    },
  };
}
