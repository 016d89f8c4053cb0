/** Names of a file that stand for others, by the namespaces that it binds (xsd:QName). */
export interface QNames {
  /** The namespace of each prefix; of several bindings the first. */
  readonly uriByPrefix: ReadonlyMap<string, string>;
  /** The namespace that the definitions are in: the elements of the file go by it. */
  readonly targetNamespace: string | undefined;
}

/** A QName with a prefix, around which white space says nothing. */
const prefixed = /^\s*([^\s:]+):([^\s:]+)\s*$/;

/**
 * The id in this file that a reference means. BPMN's references are QNames (BPMN 2.0.2 §15.3.2): with or without a prefix of the
 * target namespace they mean an element of this file. Any other prefix leads into another file, and is kept.
 */
export function localId(reference: string, names: QNames): string {
  const [, prefix = '', id = ''] = prefixed.exec(reference) ?? [];
  const uri = names.uriByPrefix.get(prefix);
  return uri !== undefined && uri === names.targetNamespace ? id : reference.trim();
}

/** The local part of a QName whose prefix the file binds; any other text as it is. */
export function localPart(text: string, names: QNames): string {
  const [, prefix = '', id = text] = prefixed.exec(text) ?? [];
  return names.uriByPrefix.has(prefix) ? id : text;
}
