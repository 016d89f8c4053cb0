import type { MultipleEventDefinition } from '../process-model.js';

/** The definitions of a catch event: those of a multiple event, else the one that it has. */
export function partsOf<D extends { readonly kind: string }>(
  definition: D,
): readonly (Exclude<D, MultipleEventDefinition> | MultipleEventDefinition['parts'][number])[] {
  return isMultiple(definition) ? definition.parts : [definition as Exclude<D, MultipleEventDefinition>];
}

function isMultiple(definition: { readonly kind: string }): definition is MultipleEventDefinition {
  return definition.kind === 'multiple';
}
