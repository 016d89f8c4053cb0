import { asJson } from '../audit.js';
import { createHash } from 'node:crypto';
import type { ReadProcess } from '../../definitions/index.js';
import type { ScriptCheck } from '../../definitions/index.js';
import { modelKindOf, readBpmn, readDmn } from '../../definitions/index.js';
import type { ModelDiagnostic, Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import { noteServerEvent } from '../note-server-event.js';
import type { ProcessDefinitionRow } from '../ports.js';
import { isWithinProcesses, reachesDecisions } from '../reach.js';
import type { DeployInput, Deployment } from '../runtime.js';
import { planStarts, registerStarts } from '../starts.js';
import type { Unit, UseCase } from '../unit.js';
import { startByBuffered } from './start-by-kept.js';
import type { DecisionCandidate } from './deploy-decisions.js';
import { deployDecision, describedDecision, presentDecisions } from './deploy-decisions.js';
import type { Resource } from './deployed-resource.js';

/** One process of an uploaded file. */
interface Candidate {
  readonly read: ReadProcess;
  readonly resource: Resource;
}

/** Uploaded models that were read and found to execute, or why not. */
export type ReadModels = Outcome<{
  readonly candidates: readonly Candidate[];
  readonly decisions: readonly DecisionCandidate[];
  readonly diagnostics: readonly ModelDiagnostic[];
}>;

/** Reads and checks uploaded models; outside any transaction, since it may take long. */
export async function readModels(
  resources: DeployInput['resources'],
  checkScript?: ScriptCheck,
): Promise<ReadModels> {
  const candidates: Candidate[] = [];
  const decisions: DecisionCandidate[] = [];
  const diagnostics: ModelDiagnostic[] = [];
  for (const { name, content } of resources) {
    const checksum = createHash('sha256').update(content).digest('hex');
    const resource: Resource = { name, content, checksum };
    const result = await readModel(resource, checkScript);
    diagnostics.push(...result.diagnostics.map((diagnostic) => ({ ...diagnostic, resource: name })));
    if (!result.ok) continue;
    for (const read of result.processes) {
      const { bpmnProcessId } = read.process;
      const twin = candidates.find((other) => other.read.process.bpmnProcessId === bpmnProcessId);
      if (twin) diagnostics.push(twinDiagnostic('process', bpmnProcessId, twin.resource.name, name));
      candidates.push({ read, resource });
    }
    for (const decision of result.decisions) {
      const { decisionId } = decision;
      const twin = decisions.find((other) => other.decision.decisionId === decisionId);
      if (twin) diagnostics.push(twinDiagnostic('decision', decisionId, twin.resource.name, name));
      decisions.push({ decision, resource });
    }
  }
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return failed ? refusedModels(diagnostics) : done({ candidates, decisions, diagnostics });
}

async function readModel(resource: Resource, checkScript: ScriptCheck | undefined) {
  if (modelKindOf(resource) === 'dmn') {
    const result = await readDmn(resource, { purpose: 'deploy' });
    return result.ok ? { ...result, processes: [] } : result;
  }
  const result = await readBpmn(resource, { purpose: 'deploy', ...(checkScript && { checkScript }) });
  return result.ok ? { ...result, decisions: [] } : result;
}

function refusedModels(diagnostics: readonly ModelDiagnostic[]): Outcome<never> {
  const failed = diagnostics.filter(({ severity }) => severity === 'error');
  const names = [...new Set(failed.map(({ resource }) => resource))].join(', ');
  const detail = `Expected models that execute but found errors in ${names}; nothing was deployed.`;
  return refused('invalid-model', detail, { diagnostics });
}

/** What only shows when the expressions of start events are evaluated, which needs the time. */
function checkStarts(models: ReadModels, now: number): ReadModels {
  if (!models.ok) return models;
  const { candidates, diagnostics } = models.value;
  const found = candidates.flatMap(({ read, resource }) =>
    planStarts(read.process, now).problems.map((problem) => ({
      ...problem,
      severity: 'error' as const,
      code: 'invalid-expression',
      resource: resource.name,
    })),
  );
  return found.length > 0 ? refusedModels([...diagnostics, ...found]) : models;
}

/** Who is narrowed to processes deploys those alone, and no decisions, which other processes may use. */
function checkReach({ context: { reach, actor } }: Unit, models: ReadModels): ReadModels {
  if (!models.ok) return models;
  const { candidates, decisions } = models.value;
  const processIds = candidates.map(({ read }) => read.process.bpmnProcessId);
  const beyond = processIds.find((id) => !isWithinProcesses(reach, id));
  if (beyond !== undefined) {
    return refused('forbidden', `Expected a grant for the process "${beyond}" but ${actor} has none.`);
  }
  const [decision] = reachesDecisions(reach) ? [] : decisions;
  if (decision === undefined) return models;
  const { decisionId } = decision.decision;
  return refused(
    'forbidden',
    `Expected processes alone but found the decision "${decisionId}", which ${actor} may not deploy.`,
  );
}

function twinDiagnostic(
  what: 'process' | 'decision',
  elementId: string,
  first: string,
  second: string,
): ModelDiagnostic {
  return {
    severity: 'error',
    code: `duplicate-${what}`,
    elementId,
    resource: second,
    message: `Expected each ${what} once in a deployment but "${elementId}" is in ${first} and in ${second}.`,
  };
}

/** Says what a deployment would do, without doing it. */
export function previewDeployment(models: ReadModels): UseCase<Deployment> {
  return async (unit) => {
    const checked = checkReach(unit, checkStarts(models, unit.tx.now));
    if (!checked.ok) return checked;
    const { candidates, decisions, diagnostics } = checked.value;
    const processDefinitions = [];
    for (const candidate of candidates) {
      const latest = await latestOf(unit, candidate);
      const unchanged = latest && isUnchanged(latest, candidate);
      const version = unchanged ? latest.version : await nextVersion(unit, candidate);
      processDefinitions.push({
        ...(unchanged ? { processDefinitionId: latest.processDefinitionId } : {}),
        ...described(candidate, version),
      });
    }
    const decisionDefinitions = (await presentDecisions(unit, decisions)).map(describedDecision);
    return done({ processDefinitions, decisionDefinitions, diagnostics });
  };
}

/**
 * Makes each changed process the latest version, which takes over message, signal and timer starts; an unchanged one
 * gives its present version again. All or nothing.
 */
export function deploy(models: ReadModels): UseCase<Deployment> {
  return async (unit) => {
    const checked = checkReach(unit, checkStarts(models, unit.tx.now));
    if (!checked.ok) return checked;
    const { candidates, decisions, diagnostics } = checked.value;
    const { tenantId, actor } = unit.context;
    await unit.tx.definitions.lockDeployments(tenantId);
    const present: (ProcessDefinitionRow | undefined)[] = [];
    for (const candidate of candidates) present.push(await latestOf(unit, candidate));
    const changed = candidates.filter((candidate, index) => {
      const latest = present[index];
      return !latest || !isUnchanged(latest, candidate);
    });
    const presentOnes = await presentDecisions(unit, decisions);
    const resources = [
      ...changed.map(({ resource }) => resource),
      ...presentOnes.filter(({ isChanged }) => isChanged).map(({ candidate }) => candidate.resource),
    ];
    const before = present[0]?.deploymentId ?? presentOnes[0]?.latest?.deploymentId;
    const deploymentId = resources.length > 0 ? unit.newId() : (before ?? unit.newId());
    if (resources.length > 0) {
      unit.tx.definitions.insertDeployment({ deploymentId, tenantId, deployedAt: unit.tx.now, actor });
    }
    const resourceIds = insertResources(unit, deploymentId, resources);
    const processDefinitions = [];
    const messages = new Map<string, readonly string[]>();
    for (const [index, candidate] of candidates.entries()) {
      const latest = present[index];
      const row = changed.includes(candidate)
        ? await insertVersion(unit, { deploymentId, resourceIds, messages }, candidate)
        : latest;
      if (!row) continue;
      processDefinitions.push({
        processDefinitionId: row.processDefinitionId,
        ...described(candidate, row.version),
      });
    }
    await startByBuffered(unit, messages);
    const decisionDefinitions = presentOnes.map((one) =>
      deployDecision(unit, deploymentId, resourceIds, one),
    );
    if (resources.length > 0) {
      unit.audit.about({ deploymentId });
      unit.audit.change(undefined, asJson({ processDefinitions, decisionDefinitions }));
      noteServerEvent(unit, 'deploy', {
        type: 'deploymentCreated',
        deploymentId,
        processDefinitions: processDefinitions.map(({ processDefinitionId, bpmnProcessId, version }) => ({
          processDefinitionId,
          bpmnProcessId,
          version,
        })),
        decisionDefinitions: decisionDefinitions.flatMap(({ decisionDefinitionId, decisionId, version }) =>
          decisionDefinitionId === undefined ? [] : [{ decisionDefinitionId, decisionId, version }],
        ),
      });
    }
    return done({ deploymentId, processDefinitions, decisionDefinitions, diagnostics });
  };
}

function latestOf(unit: Unit, { read }: Candidate): Promise<ProcessDefinitionRow | undefined> {
  return unit.tx.definitions.findLatest(unit.context.tenantId, read.process.bpmnProcessId);
}

/** One more than any that the process has had, also of those that were removed. */
async function nextVersion(unit: Unit, { read }: Candidate): Promise<number> {
  return (await unit.tx.definitions.lastVersion(unit.context.tenantId, read.process.bpmnProcessId)) + 1;
}

function isUnchanged(latest: ProcessDefinitionRow, { resource }: Candidate): boolean {
  return latest.checksum === resource.checksum;
}

function described({ read: { process } }: Candidate, version: number) {
  return {
    bpmnProcessId: process.bpmnProcessId,
    ...(process.name === undefined ? {} : { name: process.name }),
    version,
    ...(process.versionTag === undefined ? {} : { versionTag: process.versionTag }),
  };
}

function insertResources(
  unit: Unit,
  deploymentId: string,
  resources: readonly Resource[],
): ReadonlyMap<Resource, string> {
  const { tenantId } = unit.context;
  const ids = new Map<Resource, string>();
  for (const resource of resources) {
    if (ids.has(resource)) continue;
    const resourceId = unit.newId();
    ids.set(resource, resourceId);
    unit.tx.definitions.insertResource({ resourceId, tenantId, deploymentId, ...resource });
  }
  return ids;
}

interface DeploymentPlace {
  readonly deploymentId: string;
  readonly resourceIds: ReadonlyMap<Resource, string>;
  /** The processes that a message did not start before, by its name. */
  readonly messages: Map<string, readonly string[]>;
}

async function insertVersion(
  unit: Unit,
  { deploymentId, resourceIds, messages }: DeploymentPlace,
  candidate: Candidate,
): Promise<ProcessDefinitionRow> {
  const { resource, read } = candidate;
  const version = await nextVersion(unit, candidate);
  const row: ProcessDefinitionRow = {
    processDefinitionId: unit.newId(),
    tenantId: unit.context.tenantId,
    deploymentId,
    resourceId: resourceIds.get(resource) ?? '',
    resourceName: resource.name,
    checksum: resource.checksum,
    ...described(candidate, version),
    deployedAt: unit.tx.now,
    ...(read.historyTimeToLive === undefined ? {} : { historyTimeToLive: read.historyTimeToLive }),
  };
  unit.tx.definitions.insert(row);
  const names = await registerStarts(unit, row, planStarts(read.process, unit.tx.now).starts);
  for (const name of names) messages.set(name, [...(messages.get(name) ?? []), row.bpmnProcessId]);
  return row;
}
