/**
 * JSON text at any depth. `JSON.parse` does not recurse and `JSON.stringify` does, so a frame that
 * was read may be too deep to write back ("Data may nest deeply" [wire §3]); it is then written
 * without the stack.
 */
export const json = (value: unknown): string => {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return deep(value);
  }
};

/** What a JSON text says; undefined where it is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What is still to be written: punctuation as it is, a value as JSON. */
type Rest = { readonly text: string } | { readonly value: unknown };

const deep = (whole: unknown): string => {
  const written: string[] = [];
  const rest: Rest[] = [{ value: whole }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if ('text' in next) written.push(next.text);
    else if (typeof next.value !== 'object' || next.value === null)
      written.push(JSON.stringify(next.value) ?? 'null');
    else for (const part of parts(next.value).reverse()) rest.push(part);
  }
  return written.join('');
};

const parts = (value: object): Rest[] => {
  const list = Array.isArray(value);
  const inner = Object.entries(value)
    .filter(([, item]) => list || item !== undefined)
    .flatMap(([key, item], i): Rest[] => [
      { text: `${i > 0 ? ',' : ''}${list ? '' : `${JSON.stringify(key)}:`}` },
      { value: item },
    ]);
  return [{ text: list ? '[' : '{' }, ...inner, { text: list ? ']' : '}' }];
};
