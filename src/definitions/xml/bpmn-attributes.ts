import { BpmnModdle } from 'bpmn-moddle';

/** Attributes of BPMN 2.0 by what they hold, taken from bpmn-moddle's own description of the metamodel. */
export interface BpmnAttributes {
  /** Holds `true` or `false`: bpmn-moddle takes the XML Schema forms `1` and `0` both for false. */
  readonly booleans: ReadonlySet<string>;
  /**
   * Exists as an element only, but bpmn-moddle reads an attribute of the name as a list of references, whose
   * resolution costs the square of its length.
   */
  readonly elementsOnly: ReadonlySet<string>;
}

/** The attributes of every type of BPMN 2.0. */
export function readBpmnAttributes(): BpmnAttributes {
  const properties = new BpmnModdle().getPackage('bpmn').types.flatMap((type) => type.properties ?? []);
  const attributes = new Set(
    properties.filter((property) => property.isAttr).map((property) => property.name),
  );
  return {
    booleans: new Set(
      properties.filter((property) => property.isAttr && property.type === 'Boolean').map((it) => it.name),
    ),
    elementsOnly: new Set(
      properties
        .filter((property) => property.isReference && property.isMany && !attributes.has(property.name))
        .map((property) => property.name),
    ),
  };
}
