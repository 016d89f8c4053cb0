import type { Expression } from './expression.js';
import type { FlowNode } from './process.js';

export interface FlowNodeBase {
  /** The `id` in the XML. */
  readonly id: string;
  readonly name?: string;
  /** Element id of the sub-process that contains it; undefined directly in the process. */
  readonly parentId?: string;
  readonly incoming: readonly SequenceFlow[];
  readonly outgoing: readonly SequenceFlow[];
  /** `zeebe:input`: evaluated on entering, in order, into variables local to the element instance. */
  readonly inputs: readonly VariableMapping[];
  /** `zeebe:output`: evaluated on leaving, in order; where there are any, nothing else leaves the element. */
  readonly outputs: readonly VariableMapping[];
  /** The whole result leaves the element beside what `outputs` map, as in Camunda 7. */
  readonly propagatesResult?: true;
}

/** A sequence flow. `condition` is undefined on unconditional and on default flows. */
export interface SequenceFlow {
  readonly id: string;
  readonly name?: string;
  readonly source: FlowNode;
  readonly target: FlowNode;
  readonly condition?: Expression;
  /** It is the `default` of its source: taken only when no condition is true. */
  readonly isDefault: boolean;
}

/** One `zeebe:input` or `zeebe:output`. `target` is a path of names: `order.total` is `['order', 'total']`. */
export interface VariableMapping {
  readonly source: Expression;
  readonly target: readonly string[];
  /** Of an output: only the output mappings behind it see it (`camunda:out local`). */
  readonly local?: true;
}
