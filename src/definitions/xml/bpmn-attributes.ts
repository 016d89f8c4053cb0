import { BpmnModdle } from 'bpmn-moddle';
import type { TypeDescription } from 'bpmn-moddle';

/** Attributes of a modeling language by what they hold, taken from moddle's own description of the metamodel. */
export interface ModelAttributes {
  /** Holds an `xsd:boolean`: whatever is not `true` moddle takes for false. */
  readonly booleans: ReadonlySet<string>;
  /** Holds an `xsd:integer`: moddle takes the digits in front and leaves out the rest. */
  readonly integers: ReadonlySet<string>;
  /**
   * Some element has a list of references of that name, as child elements. moddle would read an attribute of the name as
   * such a list too, whose resolution costs the square of its length.
   */
  readonly referenceLists: ReadonlySet<string>;
  /** Some element has an attribute of that name, with one reference at most. */
  readonly all: ReadonlySet<string>;
}

/** The attributes of every type of BPMN 2.0. */
export function readBpmnAttributes(): ModelAttributes {
  return attributesOf(new BpmnModdle().getPackage('bpmn').types);
}

/** The attributes of all these types. */
export function attributesOf(types: readonly TypeDescription[]): ModelAttributes {
  const properties = types
    .flatMap((type) => type.properties ?? [])
    .map((property) => ({ ...property, name: property.name.slice(property.name.indexOf(':') + 1) }));
  const namesOf = (test: (property: (typeof properties)[number]) => boolean | undefined) =>
    new Set(properties.filter(test).map((property) => property.name));
  return {
    booleans: namesOf((property) => property.isAttr && property.type === 'Boolean'),
    integers: namesOf((property) => property.isAttr && property.type === 'Integer'),
    referenceLists: namesOf((property) => property.isReference && property.isMany),
    all: namesOf((property) => property.isAttr),
  };
}
