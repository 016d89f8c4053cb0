/**
 * What moddle makes of an XML element, as far as it is looked at here. Elements of BPMN and DMN are typed by their
 * descriptors; elements of extensions are generic, with children, text and attributes as they stand.
 */
export interface ModelElement {
  /** `bpmn:ServiceTask`, or prefix and local name of an extension element. */
  readonly $type: string;
  /** Attributes that BPMN does not know. */
  readonly $attrs?: Readonly<Record<string, unknown>>;
  readonly $parent?: ModelElement;
  readonly $children?: readonly ModelElement[];
  readonly $body?: string;
  readonly $descriptor: {
    readonly isGeneric?: boolean;
    readonly ns: { readonly prefix?: string; readonly localName: string; readonly uri?: string };
    readonly properties?: readonly { readonly name: string; readonly isReference?: boolean }[];
  };
  get(name: string): unknown;
}

const containers: ReadonlySet<string> = new Set([
  'bpmn:Definitions',
  'bpmn:Process',
  'bpmn:SubProcess',
  'bpmn:Transaction',
  'bpmn:AdHocSubProcess',
  'bpmn:Collaboration',
  'bpmn:LaneSet',
  'dmn:Definitions',
]);

export function isModelElement(value: unknown): value is ModelElement {
  return typeof value === 'object' && value !== null && '$type' in value && '$descriptor' in value;
}

/** The attribute or simple value of that name of a BPMN element, or undefined. */
export function attribute(element: ModelElement, name: string): string | undefined {
  const value = element.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** The `id`, or undefined where it is missing or empty. */
export function idOf(element: ModelElement): string | undefined {
  return attribute(element, 'id') || undefined;
}

/** Whether the boolean attribute of that name is true, by BPMN's default where it is not given. */
export function flag(element: ModelElement, name: string): boolean {
  return element.get(name) === true;
}

/** The one child element or referenced element of that property, or undefined. */
export function child(element: ModelElement, property: string): ModelElement | undefined {
  const value = element.get(property);
  return isModelElement(value) ? value : undefined;
}

/** The child elements or referenced elements of that property, in document order. */
export function children(element: ModelElement, property: string): readonly ModelElement[] {
  const value = element.get(property);
  return Array.isArray(value) ? value.filter(isModelElement) : [];
}

/** The text of an expression or documentation element. */
export function bodyOf(element: ModelElement): string {
  return attribute(element, 'body') ?? '';
}

/** The attribute of an extension's namespace on a BPMN element: `camunda:topic`. */
export function foreignAttribute(element: ModelElement, name: string): string | undefined {
  const attributes = element.$attrs;
  const value = attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The attribute of that name of Camunda 7's or Operaton's namespace. */
export function camundaAttribute(element: ModelElement | undefined, name: string): string | undefined {
  if (element === undefined) return undefined;
  return foreignAttribute(element, `camunda:${name}`) ?? foreignAttribute(element, `operaton:${name}`);
}

/** The attribute of an extension element. */
export function extensionAttribute(element: ModelElement, name: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(element, name)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** Every element in the `extensionElements` of a BPMN element. */
export function extensionElements(element: ModelElement): readonly ModelElement[] {
  const extensions = child(element, 'extensionElements');
  return extensions === undefined ? [] : children(extensions, 'values');
}

/** The extension elements of that type: `zeebe:taskDefinition`, the prefix being ours for the namespace. */
export function extensions(element: ModelElement, type: string): readonly ModelElement[] {
  return extensionElements(element).filter((extension) => extension.$type === type);
}

/** The children of an extension element of that type. */
export function extensionChildren(element: ModelElement, type: string): readonly ModelElement[] {
  return (element.$children ?? []).filter((extension) => extension.$type === type);
}

/** `serviceTask` for `bpmn:ServiceTask`: as BPMN's XML names it. */
export function tagOf(element: ModelElement): string {
  const name = element.$type.slice(element.$type.indexOf(':') + 1);
  return element.$descriptor.isGeneric ? element.$type : name.charAt(0).toLowerCase() + name.slice(1);
}

/** "serviceTask charge", for messages. */
export function describe(element: ModelElement): string {
  const id = element.$descriptor.isGeneric ? undefined : idOf(element);
  return id === undefined ? tagOf(element) : `${tagOf(element)} ${id}`;
}

/**
 * The id that people know the place by (the flow element or root element, not an event definition inside it),
 * and the id nearest to the place, which gives the line.
 */
export function idsOf(place: ModelElement): { elementId?: string; innermostId?: string } {
  let innermostId: string | undefined;
  for (let element: ModelElement | undefined = place; element !== undefined; element = element.$parent) {
    const id = element.$descriptor.isGeneric ? undefined : idOf(element);
    if (id === undefined) continue;
    innermostId ??= id;
    if (element.$parent === undefined || containers.has(element.$parent.$type))
      return { elementId: id, innermostId };
  }
  return { ...(innermostId !== undefined && { innermostId }) };
}
