import { startInstance } from '../apply-command.js';
import { notFound } from '../instances.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { ProcessDefinitionRow } from '../ports.js';
import { isWithinProcesses } from '../reach.js';
import type { StartedInstance, StartInput } from '../runtime.js';
import type { Unit, UseCase } from '../unit.js';

/** Starts an instance of the latest or a chosen version. */
export function startProcessInstance(input: StartInput): UseCase<StartedInstance> {
  return async (unit) => {
    const definition = await definitionOf(unit, input);
    if (!definition.ok) return definition;
    const { businessKey, startElementId, variables = {} } = input;
    const started = await startInstance(unit, definition.value, {
      variables,
      ...(businessKey === undefined ? {} : { businessKey }),
      ...(startElementId === undefined ? {} : { startElementId }),
    });
    if (!started.ok) return started;
    const { processInstanceId, processDefinitionId, bpmnProcessId, version, state } = started.value;
    unit.audit.about({ processInstanceId });
    unit.audit.change(undefined, { processDefinitionId, bpmnProcessId, version });
    return done({
      processInstanceId,
      processDefinitionId,
      bpmnProcessId,
      version,
      ...(businessKey === undefined ? {} : { businessKey }),
      state: state.status,
    });
  };
}

async function definitionOf(unit: Unit, input: StartInput): Promise<Outcome<ProcessDefinitionRow>> {
  const { bpmnProcessId, processDefinitionId, version } = input;
  const { tenantId, reach } = unit.context;
  const { definitions } = unit.tx;
  if (processDefinitionId !== undefined && bpmnProcessId === undefined && version === undefined) {
    const row = await definitions.find(tenantId, processDefinitionId);
    const isReached = row && isWithinProcesses(reach, row.bpmnProcessId);
    return isReached ? done(row) : notFound('process definition', processDefinitionId);
  }
  if (bpmnProcessId === undefined || processDefinitionId !== undefined) {
    return refused(
      'invalid-argument',
      'Expected either bpmnProcessId (and perhaps version) or processDefinitionId, not both and not neither.',
    );
  }
  const row =
    version === undefined
      ? await definitions.findLatest(tenantId, bpmnProcessId)
      : await definitions.findVersion(tenantId, bpmnProcessId, version);
  if (row && isWithinProcesses(reach, bpmnProcessId)) return done(row);
  const which = version === undefined ? '' : ` in version ${version}`;
  return refused('not-found', `Expected process "${bpmnProcessId}"${which} to be deployed but it is not.`);
}
