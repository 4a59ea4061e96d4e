import { parsed } from './json';

/**
 * What a JSON text that has not all arrived says so far; undefined where that is nothing, or where it
 * will be no JSON.
 *
 * It is cut where it is certain, closed, and then read by `JSON.parse`, which takes any depth and
 * keeps a `__proto__` as the data it is. A text that is open is the piece that has come; a number
 * counts once something follows it, for `12` may become `123`. A key without a value is left out.
 */
export const partialJson = (text: string): unknown => {
  const { end, closing } = certain(text);
  return parsed(text.slice(0, end) + closing);
};

const closes: { readonly [open: string]: string } = { '{': '}', '[': ']' };

/** Up to where a text is certain, and what closes it there. What it is not, `JSON.parse` tells. */
const certain = (text: string): { readonly end: number; readonly closing: string } => {
  const open: string[] = []; // what closes them, the innermost last: as at `end`, where each is noted
  let end = 0;
  let before = '';
  for (let at = 0; at < text.length;) {
    const char = text[at]!;
    const isKey = open.at(-1) === '}' && before !== ':';
    if (char === '"') {
      const { next, isClosed } = quoted(text, at);
      if (!isKey) end = next;
      if (!isClosed) return { end, closing: (isKey ? '' : '"') + open.reverse().join('') };
      at = next;
    } else if (char in closes) {
      open.push(closes[char]!);
      end = ++at;
    } else if (char === '}' || char === ']') {
      open.pop();
      end = ++at;
    } else if (/[\s,:]/.test(char)) {
      at += 1;
    } else {
      const word = /[^\s,:"{}[\]]*/y;
      word.lastIndex = at;
      at += word.exec(text)![0].length;
      if (at < text.length || /(?:true|false|null)$/.test(text)) end = at;
    }
    if (!/\s/.test(char)) before = char;
  }
  return { end, closing: open.reverse().join('') };
};

/** Where a quoted text ends that begins there: behind its last whole character, where it is open. */
const quoted = (text: string, from: number): { next: number; isClosed: boolean } => {
  let at = from + 1;
  while (at < text.length) {
    if (text[at] === '"') return { next: at + 1, isClosed: true };
    const length = text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
    if (at + length > text.length) break;
    at += length;
  }
  return { next: at, isClosed: false };
};
