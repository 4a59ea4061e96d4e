/** Letters that are not themselves behind a backslash, and what they mean there. */
const letters = 'bfnrt';
const meanings = '\b\f\n\r\t';

/**
 * What the inside of a JSON string says, its escapes being right.
 *
 * A line break or a quote is what most escapes are: read here they cost a quarter of what
 * `JSON.parse` takes for the string. It is the faster one for code units, which come in rows.
 */
export const unescaped = (inside: string): string => {
  if (inside.includes('\\u')) return JSON.parse(`"${inside}"`) as string;
  let text = '';
  let rest = 0;
  for (let at = inside.indexOf('\\'); at !== -1; at = inside.indexOf('\\', rest)) {
    const letter = inside[at + 1]!;
    text += inside.slice(rest, at) + (meanings[letters.indexOf(letter)] ?? letter);
    rest = at + 2;
  }
  return text + inside.slice(rest);
};
