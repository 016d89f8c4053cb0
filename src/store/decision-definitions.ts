import type { DecisionDefinitionRow, DecisionDefinitionStore } from '../runtime/ports.js';
import { type Session, writeRow } from './session.js';
import { type SqlInput, toSqlValue } from './sql-value.js';
import { isOfTenant, type Statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

export const decisionDefinitionTable = defineTable<DecisionDefinitionRow>('decision_definition', {
  decisionDefinitionId: 'key',
  tenantId: 'key',
  deploymentId: 'key',
  resourceId: 'key',
  resourceName: 'text',
  checksum: 'text',
  decisionId: 'key',
  name: 'text',
  version: 'integer',
  versionTag: 'text',
  deployedAt: 'integer',
});

const remove = decisionDefinitionTable.remove(['decisionDefinitionId']);

const selectAny = `SELECT ${decisionDefinitionTable.columns} FROM decision_definition`;
const select = `${selectAny} WHERE tenant_id = $1`;
const newest = 'ORDER BY version DESC LIMIT 1';

/** By tenant and id; by tenant, the decision's id in its model, and what chooses the version. */
export const findDecision = {
  byId: tenantStatement(`${selectAny} WHERE decision_definition_id = $2 AND ${isOfTenant('$1')}`),
  latest: tenantStatement(`${select} AND decision_id = $2 ${newest}`),
  byVersion: tenantStatement(`${select} AND decision_id = $2 AND version = $3`),
  byVersionTag: tenantStatement(`${select} AND decision_id = $2 AND version_tag = $3 ${newest}`),
  asOf: tenantStatement(`${select} AND decision_id = $2 AND deployed_at <= $3 ${newest}`),
};

/** Files outlive their definitions, so that what has been found can be read. */
export function createDecisionDefinitionStore(session: Session): DecisionDefinitionStore {
  const find = async (
    statement: Statement,
    ...parameters: readonly SqlInput[]
  ): Promise<DecisionDefinitionRow | undefined> => {
    const [row] = await session.read(statement, parameters.map(toSqlValue));
    return row && decisionDefinitionTable.decode(row);
  };
  return {
    insert: (row) => writeRow(session, decisionDefinitionTable.insert, row),
    remove: (decisionDefinitionId) => writeRow(session, remove, { decisionDefinitionId }),
    find: (tenantId, id) => find(findDecision.byId, tenantId, id),
    findLatest: (tenantId, id) => find(findDecision.latest, tenantId, id),
    findVersion: (tenantId, id, version) => find(findDecision.byVersion, tenantId, id, version),
    findVersionTag: (tenantId, id, tag) => find(findDecision.byVersionTag, tenantId, id, tag),
    findAsOf: (tenantId, id, deployedAt) => find(findDecision.asOf, tenantId, id, deployedAt),
  };
}
