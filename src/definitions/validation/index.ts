import type { DiagnosticLog } from '../diagnostic.js';
import { allScopes } from '../draft.js';
import type { ScopeDraft } from '../draft.js';
import { checkAdHocSubProcesses } from './ad-hoc-sub-processes.js';
import { checkBoundaryEvents } from './boundary-events.js';
import { checkCompensation } from './compensation.js';
import { checkConditions } from './conditions.js';
import { checkEventSubProcesses } from './event-sub-processes.js';
import { checkEventGateways } from './event-gateways.js';
import { checkReachability } from './reachability.js';
import type { ScopeRule } from './scope-rule.js';
import { checkSequenceFlows } from './sequence-flows.js';
import { checkTransactions } from './transactions.js';
import { checkStartEvents } from './start-events.js';

const rules: readonly ScopeRule[] = [
  checkSequenceFlows,
  checkConditions,
  checkStartEvents,
  checkBoundaryEvents,
  checkCompensation,
  checkTransactions,
  checkEventSubProcesses,
  checkEventGateways,
  checkReachability,
  checkAdHocSubProcesses,
];

/** Holds a process, with every sub-process in it, against every rule. */
export function validateProcess(process: ScopeDraft, log: DiagnosticLog): void {
  for (const scope of allScopes(process)) {
    for (const rule of rules) rule(scope, log);
  }
}
