import type { DiagnosticLog } from '../diagnostic.js';
import type { ScopeDraft } from '../draft.js';

/** Reports what in a process or sub-process BPMN, or this release, does not allow; nothing inside its sub-processes. */
export type ScopeRule = (scope: ScopeDraft, log: DiagnosticLog) => void;
