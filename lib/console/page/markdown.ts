import DOMPurify, { type Config } from 'dompurify';
import { h } from './dom';
import { growing } from './growing';

/** What is left of an answer's markup: what shapes text, and links. No more than a letter has. */
const allowed: Config = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'h3', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li'],
    ...['em', 'strong', 'del', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['href', 'title', 'start', 'align', 'data-depth'],
  ADD_URI_SAFE_ATTR: ['start', 'align', 'data-depth'], // their values are no addresses
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
};

/** HTML as what may be shown of it. */
const sanitised = (html: string): DocumentFragment => {
  const fragment = DOMPurify.sanitize(html, { ...allowed, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
  }
  // What is wider than the page is scrolled, which the keyboard must reach.
  for (const code of fragment.querySelectorAll('pre')) code.tabIndex = 0;
  for (const table of fragment.querySelectorAll('table')) {
    const frame = h('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': 'Table' });
    table.replaceWith(frame);
    frame.append(table);
  }
  return fragment;
};

/** A text of the run that is shown as Markdown while it grows. */
export interface Markdown {
  readonly element: HTMLElement;
  /** The text so far, which begins with what was shown before. */
  readonly show: (text: string, isOver: boolean) => void;
}

export const markdown = (): Markdown => {
  const element = h('div', { class: 'prose' });
  const grow = growing();
  let length = 0;
  let isWhole = false;
  let open: readonly ChildNode[] = [];

  const append = (html: string): readonly ChildNode[] => {
    const fragment = sanitised(html);
    const nodes = [...fragment.childNodes];
    element.append(fragment);
    return nodes;
  };

  return {
    element,
    show: (text, isOver) => {
      if (text.length === length && isOver === isWhole) return;
      const growth = grow(text.slice(length), isOver);
      length = text.length;
      isWhole = isOver;
      if (growth.open === undefined) {
        const last = open.at(-1);
        if (last instanceof Text) last.data = growth.plain;
        else open = [...open, element.appendChild(new Text(growth.plain))];
        return;
      }
      for (const node of open) node.remove();
      append(growth.finished);
      open = append(growth.open);
    },
  };
};
