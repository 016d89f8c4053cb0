/** What an element holds. A string becomes a text node: it is never read as markup. */
export type Child = Node | string;

/** Attributes by name; `undefined` and `false` leave one out. Names are ours, never those of data. */
export type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** The only way in which this page makes elements. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(attribute, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/** A button that does something. */
export function button(text: string, attributes: Attributes, action: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', action);
  return made;
}

/** An element of the page itself. Throws when index.html does not have it. */
export function pageElement(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`Expected an element with the id ${id} in index.html but found none.`);
  return found;
}
