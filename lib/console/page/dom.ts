/** What an element may hold. A string is text, whatever it says: it never becomes markup. */
export type Child = Node | string | undefined | false;

/** Attributes. The policy of the page allows neither handlers nor styles here, and none are given. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

const dressed = <E extends Element>(
  element: E,
  attributes: Attributes,
  children: readonly Child[],
): E => {
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
};

/** An element: `h('p', { class: 'note' }, 'Nothing yet')`. */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => dressed(document.createElement(tag), attributes, children);

/** An element of a drawing. */
export const svg = <K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] =>
  dressed(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

/** Sets an attribute, or takes it away; one that is so already is left alone. */
export const set = (element: Element, name: string, value: Attributes[string]): void => {
  if (value === undefined || value === false) return element.removeAttribute(name);
  const text = value === true ? '' : `${value}`;
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
};

/** Says something else; what is said already is left alone, with what a person has selected of it. */
export const say = (element: Element, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

/** The element of the page that has this id. */
export const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
};

/** A number for elements that name each other. */
let count = 0;
export const fresh = (name: string): string => `${name}-${++count}`;
