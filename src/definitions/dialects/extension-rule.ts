import type { DiagnosticCode } from '../diagnostic-codes.js';

/** What is done with an extension of a known namespace. */
export type ExtensionRule =
  | {
      readonly effect: 'read';
      /** BPMN types on which it is read; anywhere else it is misplaced. */
      readonly on: readonly string[];
      /** Of an element: the attributes that it has. */
      readonly attributes?: readonly string[];
    }
  /** Says nothing about execution, and nobody needs to be told. */
  | { readonly effect: 'silent' }
  /** Has no effect, which is told as `info`. */
  | { readonly effect: 'none'; readonly reason: string }
  /** Asks for what is not done. */
  | {
      readonly effect: 'refused';
      readonly code: Extract<DiagnosticCode, 'java-not-supported' | 'unsupported-extension'>;
      readonly reason: string;
    };

/** The extensions of one namespace by local name. */
export interface ExtensionRules {
  readonly elements: Readonly<Record<string, ExtensionRule>>;
  readonly attributes: Readonly<Record<string, ExtensionRule>>;
  /** For names that are not listed. */
  readonly otherwise: 'refused' | 'none' | 'silent';
}

export const silent: ExtensionRule = { effect: 'silent' };

export function readOn(on: readonly string[], attributes?: readonly string[]): ExtensionRule {
  return { effect: 'read', on, ...(attributes !== undefined && { attributes }) };
}

export function withoutEffect(reason: string): ExtensionRule {
  return { effect: 'none', reason };
}

export function refused(reason: string): ExtensionRule {
  return { effect: 'refused', code: 'unsupported-extension', reason };
}

export function java(reason: string): ExtensionRule {
  return { effect: 'refused', code: 'java-not-supported', reason };
}

/** BPMN types that can be jobs; the last two only once their elements are executed. */
export const jobBearers = [
  'bpmn:ServiceTask',
  'bpmn:SendTask',
  'bpmn:IntermediateThrowEvent',
  'bpmn:EndEvent',
  'bpmn:ScriptTask',
  'bpmn:BusinessRuleTask',
] as const;

/** BPMN types whose variables can be mapped. */
export const mappingBearers = [
  ...jobBearers,
  'bpmn:Task',
  'bpmn:ManualTask',
  'bpmn:UserTask',
  'bpmn:ReceiveTask',
  'bpmn:SubProcess',
  'bpmn:Transaction',
  'bpmn:AdHocSubProcess',
  'bpmn:CallActivity',
  'bpmn:StartEvent',
  'bpmn:IntermediateCatchEvent',
  'bpmn:BoundaryEvent',
] as const;
