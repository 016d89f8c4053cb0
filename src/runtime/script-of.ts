import type { DefinitionCache, DefinitionSource } from './definition-cache.js';
import type { Script } from './runtime.js';

/** The JavaScript of a script task of a deployed process; undefined where the element is none, or has none. */
export async function scriptOf(
  definitions: DefinitionCache,
  source: DefinitionSource,
  tenantId: string,
  place: { readonly processDefinitionId: string; readonly elementId: string },
): Promise<Script | undefined> {
  const process = await definitions.get(source, tenantId, place.processDefinitionId);
  const element = process.elements.get(place.elementId);
  if (element?.type !== 'scriptTask' || element.script.kind !== 'job') return undefined;
  const { script, resultVariable } = element;
  if (script.source === undefined) return undefined;
  return { source: script.source, ...(resultVariable !== undefined && { resultVariable }) };
}
