import { checkContent } from './check-content.js';
import { checkDiagram } from './check-diagram.js';
import { createDiagnosticLog } from './diagnostic.js';
import type { Diagnostic, DiagnosticLog, ReadPurpose } from './diagnostic.js';
import { dialects } from './dialects/index.js';
import { isGlobalTask, processOfGlobalTask } from './global-task.js';
import { importModel } from './import-model.js';
import type { ImportedModel } from './import-model.js';
import { attribute, children, flag } from './model-element.js';
import { namespaces } from './namespaces.js';
import type { ScriptCheck } from './read-context.js';
import { readProcess, skipProcess } from './read-process.js';
import type { ReadProcess } from './read-process.js';
import { guardXml } from './xml/xml-guard.js';
import type { GuardedXml } from './xml/xml-guard.js';
import { noXmlLimits, xmlLimits } from './xml/xml-limits.js';
import type { XmlLimits } from './xml/xml-limits.js';

/** A file as it was uploaded, decoded as UTF-8. */
export interface ModelResource {
  readonly name: string;
  readonly content: string;
}

/** The executable processes of a model, or why there are none; either way everything that is to be said about it. */
export type ReadModelResult =
  | {
      readonly ok: true;
      readonly processes: readonly ReadProcess[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export interface ReadBpmnOptions {
  /**
   * `deploy` takes only what is without errors. `load` is for models that an earlier release deployed: everything that can be
   * built is, what merely breaks a rule that was tightened since is a warning.
   */
  readonly purpose: ReadPurpose;
  /** Other bounds than {@link xmlLimits} for a deployment; at load there are none. */
  readonly limits?: Partial<XmlLimits>;
  /** Of whoever will run the scripts in JavaScript. */
  readonly checkScript?: ScriptCheck;
}

/**
 * Reads BPMN 2.0 XML into executable processes with every expression compiled. Never throws for what stands in the file:
 * that is told by diagnostics, each with element and line where they are known, in order of line.
 */
export async function readBpmn(resource: ModelResource, options: ReadBpmnOptions): Promise<ReadModelResult> {
  const limits = options.purpose === 'load' ? noXmlLimits : { ...xmlLimits, ...options.limits };
  const guarded = guardXml(resource.content, limits);
  const log = createDiagnosticLog(options.purpose, guarded.lineById);
  reportFindings(guarded, log);
  if (!guarded.passed) return { ok: false, diagnostics: log.list() };
  const model = await importModel(resource.content, guarded, log);
  const builders = model === undefined ? [] : readProcesses(model, guarded, options, log);
  if (model === undefined || log.hasErrors()) return { ok: false, diagnostics: log.list() };
  if (options.purpose === 'deploy') checkDiagram(model.definitions, log);
  return { ok: true, processes: builders.map((build) => build()), diagnostics: log.list() };
}

function reportFindings(guarded: GuardedXml, log: DiagnosticLog): void {
  for (const { code, message, ...place } of guarded.findings) log.report(code, place, message);
}

function isCamunda7({ uriByPrefix }: GuardedXml): boolean {
  const uris = new Set(uriByPrefix.values());
  return (uris.has(namespaces.camunda) || uris.has(namespaces.operaton)) && !uris.has(namespaces.zeebe);
}

function readProcesses(
  model: ImportedModel,
  guarded: GuardedXml,
  { purpose, checkScript }: ReadBpmnOptions,
  log: DiagnosticLog,
): readonly (() => ReadProcess)[] {
  const { definitions } = model;
  checkContent(definitions, guarded.uriByPrefix, log);
  // At load an unresolved reference as such is tolerated, so that whoever needs what it points at has to report it.
  const isUnresolved = purpose === 'load' ? () => false : model.isUnresolved;
  const feelByDefault = /feel/i.test(attribute(definitions, 'expressionLanguage') ?? '');
  const context = {
    log,
    names: guarded,
    dialects,
    isUnresolved,
    feelByDefault,
    isCamunda7: isCamunda7(guarded),
    ...(checkScript && { checkScript }),
  };
  const processes = children(definitions, 'rootElements').filter(
    (element) => element.$type === 'bpmn:Process',
  );
  const executable = processes.filter((process) => flag(process, 'isExecutable'));
  for (const process of processes) if (!executable.includes(process)) skipProcess(process, context);
  const globalTasks = children(definitions, 'rootElements').filter(isGlobalTask);
  if (executable.length === 0 && (processes.length > 0 || globalTasks.length === 0)) {
    const message = `Expected a process with isExecutable="true", as only those are run, but found ${processes.length === 0 ? 'no process' : 'none'}.`;
    log.report('no-executable-process', definitions, message);
  }
  return [...executable, ...globalTasks.map(processOfGlobalTask)].flatMap(
    (process) => readProcess(process, context) ?? [],
  );
}
