import { diagnosticCodes } from './diagnostic-codes.js';
import type { DiagnosticCode } from './diagnostic-codes.js';
import { idsOf } from './model-element.js';
import type { ModelElement } from './model-element.js';

/** Something to say about a model. Nothing with severity `error` is ever deployed. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: DiagnosticCode;
  /** The id of the process, flow element or root element that it is about. */
  readonly elementId?: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  readonly message: string;
}

/** Why a model is read: to deploy it, or because an earlier release deployed it. */
export type ReadPurpose = 'deploy' | 'load';

/** Where a diagnostic belongs: an element of the model, or a place that is known otherwise. */
export type Place = ModelElement | { readonly elementId?: string; readonly line?: number };

/** Takes what is found while a model is read. */
export interface DiagnosticLog {
  /** Records it with the severity of its code; what is tolerated at load is only a warning there. */
  report(code: DiagnosticCode, place: Place, message: string): void;
  hasErrors(): boolean;
  /** Everything recorded, in order of line, at most {@link diagnosticsMax}. */
  list(): readonly Diagnostic[];
}

/** How many diagnostics one file gets; errors come first when there are more. */
export const diagnosticsMax = 500;

const gravity = { error: 0, warning: 1, info: 2 } as const;

/** A log that finds the line of an element by its id. */
export function createDiagnosticLog(
  purpose: ReadPurpose,
  lineById: ReadonlyMap<string, number>,
): DiagnosticLog {
  const found: Diagnostic[] = [];
  return {
    report: (code, place, message) => {
      found.push({ severity: severityOf(code, purpose), code, ...locate(place, lineById), message });
    },
    hasErrors: () => found.some((diagnostic) => diagnostic.severity === 'error'),
    list: () => sorted(bounded(found)),
  };
}

function severityOf(code: DiagnosticCode, purpose: ReadPurpose): Diagnostic['severity'] {
  const { severity, atLoad } = diagnosticCodes[code];
  return severity === 'error' && purpose === 'load' && atLoad === 'tolerated' ? 'warning' : severity;
}

function locate(place: Place, lineById: ReadonlyMap<string, number>): { elementId?: string; line?: number } {
  if (!('$type' in place)) return place;
  const { elementId, innermostId } = idsOf(place);
  const line = innermostId === undefined ? undefined : lineById.get(innermostId);
  return { ...(elementId !== undefined && { elementId }), ...(line !== undefined && { line }) };
}

function bounded(found: readonly Diagnostic[]): readonly Diagnostic[] {
  if (found.length <= diagnosticsMax) return found;
  const kept = [...found].sort((a, b) => gravity[a.severity] - gravity[b.severity]).slice(0, diagnosticsMax);
  const message = `Expected at most ${diagnosticsMax} diagnostics but found ${found.length}; the rest is not listed.`;
  return [...kept, { severity: 'info', code: 'more-diagnostics', message }];
}

function sorted(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const lineOf = (diagnostic: Diagnostic) => diagnostic.line ?? Number.MAX_SAFE_INTEGER;
  return [...found].sort((a, b) => lineOf(a) - lineOf(b) || gravity[a.severity] - gravity[b.severity]);
}
