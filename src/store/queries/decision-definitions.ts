import type { DecisionDefinitionRow } from '../../runtime/ports.js';
import { decisionDefinitionTable } from '../decision-definitions.js';
import { noRows } from './reach-conditions.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const decisionDefinitionSearch: Search<DecisionDefinitionRow> = {
  table: decisionDefinitionTable.name,
  columns: decisionDefinitionTable.columns,
  decode: decisionDefinitionTable.decode,
  // Decisions belong to no process.
  within: ({ bpmnProcessIds }) => (bpmnProcessIds === undefined ? [] : noRows),
  idField: 'decisionDefinitionId',
  fields: searchFields(
    decisionDefinitionTable,
    ['decisionDefinitionId', 'decisionId', 'version', 'deploymentId', 'resourceName', 'deployedAt'],
    ['name', 'versionTag'],
  ),
};
