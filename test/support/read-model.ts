import assert from 'node:assert/strict';
import { readBpmn } from '../../src/definitions/index.js';
import type {
  Diagnostic,
  DiagnosticCode,
  ReadModelResult,
  ReadProcess,
} from '../../src/definitions/index.js';
import type { ElementType, FlowNode } from '../../src/engine/process-model.js';
import { lineOf } from './xml-text.js';

/** Something with a model in it: the text, or a builder. */
export type Model = string | { toXml(): string };

export function xmlOf(model: Model): string {
  return typeof model === 'string' ? model : model.toXml();
}

/** Reads a model as a deployment does. */
export function deployAsIs(model: Model): Promise<ReadModelResult> {
  return readBpmn({ name: 'test.bpmn', content: xmlOf(model) }, { purpose: 'deploy' });
}

/** As a deployment does, without being told that the model is not drawn: those of tests hardly ever are. */
export async function deploy(model: Model): Promise<ReadModelResult> {
  const result = await deployAsIs(model);
  return { ...result, diagnostics: result.diagnostics.filter(({ code }) => code !== 'no-diagram') };
}

/** Reads a model that was deployed by an earlier release. */
export function load(model: Model): Promise<ReadModelResult> {
  return readBpmn({ name: 'test.bpmn', content: xmlOf(model) }, { purpose: 'load' });
}

/** The one process of a model that deploys; fails with its diagnostics when it does not. */
export async function deployed(model: Model): Promise<ReadProcess> {
  const result = await deploy(model);
  assert.ok(result.ok, JSON.stringify(result.diagnostics, null, 2));
  const [process, ...more] = result.processes;
  assert.ok(
    process !== undefined && more.length === 0,
    `Expected one process but found ${result.processes.length}`,
  );
  return process;
}

/** The element of that id and type in the one process of a model that deploys. */
export async function deployedElement<Type extends ElementType>(
  model: Model,
  id: string,
  type: Type,
): Promise<Extract<FlowNode, { type: Type }>> {
  const { process } = await deployed(model);
  const element = process.elements.get(id);
  assert.ok(
    element !== undefined && isOfType(element, type),
    `Expected a ${type} ${id} but found ${element?.type}`,
  );
  return element;
}

function isOfType<Type extends ElementType>(
  node: FlowNode,
  type: Type,
): node is Extract<FlowNode, { type: Type }> {
  return node.type === type;
}

/** What a diagnostic is told by; the line is that of the element, unless another is given. */
export interface ExpectedDiagnostic {
  readonly code: DiagnosticCode;
  readonly at?: string;
  readonly line?: number;
  readonly message?: RegExp;
}

/** Expects the deployment to be refused with exactly these errors, in order of line. */
export async function refused(
  model: Model,
  ...expected: readonly ExpectedDiagnostic[]
): Promise<readonly Diagnostic[]> {
  const result = await deploy(model);
  const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  assert.equal(result.ok, false, 'Expected the model to be refused but it was taken');
  assertDiagnostics(errors, expected, xmlOf(model));
  return result.diagnostics;
}

/** Expects the deployment to be taken with exactly these warnings and infos, in order of line. */
export async function taken(
  model: Model,
  ...expected: readonly ExpectedDiagnostic[]
): Promise<ReadModelResult> {
  const result = await deploy(model);
  assert.ok(result.ok, JSON.stringify(result.diagnostics, null, 2));
  assertDiagnostics(result.diagnostics, expected, xmlOf(model));
  return result;
}

function assertDiagnostics(
  found: readonly Diagnostic[],
  expected: readonly ExpectedDiagnostic[],
  xml: string,
): void {
  assert.deepEqual(
    found.map(({ code, elementId, line }) => ({ code, at: elementId, line })),
    expected.map(({ code, at, line }) => ({ code, at, line: line ?? (at && lineOf(xml, at)) })),
    JSON.stringify(found, null, 2),
  );
  expected.forEach(({ message }, index) => {
    if (message !== undefined) assert.match(found[index]?.message ?? '', message);
  });
}
