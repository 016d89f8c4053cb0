import type { Expression, VariableMapping } from '../../engine/process-model.js';
import { readFormalExpression } from '../elements/condition.js';
import { literal, readFeel } from '../expressions.js';
import { readVariablePath } from '../field-values.js';
import { bodyOf, child, children } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import type { Mappings } from '../dialects/dialect.js';
import { dataName, declaredNames } from './data-names.js';

/**
 * What BPMN's own data elements say of an activity or event, as mappings beside those of a dialect: its properties, and of a sub-process its
 * data objects, are null in its own scope until they are written (§10.4.1); data associations copy, transform or assign (§10.4.2).
 * An association whose ends are not both named says only what is drawn.
 */
export function withData(
  element: ModelElement,
  mappings: Mappings | undefined,
  context: ReadContext,
): Mappings | undefined {
  const given = mappings ?? { inputs: [], outputs: [] };
  const inputs = children(element, 'dataInputAssociations').flatMap((it) => readAssociation(it, element, context));
  const outputs = children(element, 'dataOutputAssociations').flatMap((it) => readAssociation(it, element, context));
  const declared = declaredNames(element).map((name) => ({ source: literal(null), target: [name] }));
  if (inputs.length + outputs.length + declared.length === 0) return mappings;
  return {
    ...given,
    inputs: [...declared, ...inputs, ...given.inputs],
    outputs: [...outputs, ...given.outputs],
    // Associations say what is copied; they do not keep the rest of a result in.
    ...(outputs.length > 0 && given.outputs.length === 0 && { propagatesResult: true }),
  };
}

function readAssociation(
  association: ModelElement,
  element: ModelElement,
  context: ReadContext,
): readonly VariableMapping[] {
  const assignments = children(association, 'assignment').flatMap((it) => readAssignment(it, element, context));
  const transformation = child(association, 'transformation');
  const target = nameOf(child(association, 'targetRef'));
  const source = nameOf(children(association, 'sourceRef')[0]);
  if (transformation !== undefined) {
    if (target === undefined) {
      const message = `Expected the targetRef of a data association with a transformation to have a name, but found none.`;
      context.log.report('invalid-value', element, message);
      return assignments;
    }
    return [{ source: readFormalExpression(transformation, element, context), target: [target] }, ...assignments];
  }
  if (assignments.length > 0 || target === undefined || source === undefined || source === target) return assignments;
  return [{ source: readFeel(source, element, context.log), target: [target] }];
}

/** `from` is an expression, `to` the path of a variable. */
function readAssignment(
  assignment: ModelElement,
  element: ModelElement,
  context: ReadContext,
): readonly VariableMapping[] {
  const from = child(assignment, 'from');
  const to = child(assignment, 'to');
  const path = (to === undefined ? '' : bodyOf(to)).replace(/^\s*=/, '');
  const target = readVariablePath(path, 'what an assignment writes to', element, context.log);
  if (target === undefined || from === undefined) return [];
  const source: Expression = readFormalExpression(from, element, context);
  return [{ source, target }];
}

function nameOf(item: ModelElement | undefined): string | undefined {
  return item && dataName(item);
}
