/** The bounds of a model file. What real modelers write stays far below each of them. */
export interface XmlLimits {
  /** Characters of the whole file. */
  readonly contentLength: number;
  /** Elements inside each other. */
  readonly depth: number;
  readonly elements: number;
  readonly attributesPerElement: number;
  /** Characters of an attribute of an extension, which can hold an expression. */
  readonly attributeLength: number;
  /** Characters of an attribute of the modeling language itself, which holds a name or a reference. */
  readonly ownAttributeLength: number;
  /** Characters of one piece of text. */
  readonly textLength: number;
  /** Different prefixes bound to namespaces. */
  readonly namespacePrefixes: number;
}

export const xmlLimits: XmlLimits = {
  contentLength: 5 * 1024 * 1024,
  depth: 200,
  elements: 20_000,
  attributesPerElement: 200,
  attributeLength: 100_000,
  ownAttributeLength: 2_000,
  textLength: 1_000_000,
  namespacePrefixes: 100,
};

/** Characters of an `id` or a `name`. */
export const nameLengthMax = 1_000;

/** For models that were deployed under other bounds: only what is not XML stops them. */
export const noXmlLimits: XmlLimits = {
  contentLength: Infinity,
  depth: Infinity,
  elements: Infinity,
  attributesPerElement: Infinity,
  attributeLength: Infinity,
  ownAttributeLength: Infinity,
  textLength: Infinity,
  namespacePrefixes: Infinity,
};
