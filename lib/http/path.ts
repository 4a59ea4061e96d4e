import { InvalidArgumentError } from '../errors';

const reserved = /[!'()*]/g;

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** A value of a path, under the name its error calls it by: `{ name: 'report.pdf' }`. */
type Named = { readonly [name: string]: string | number };

/** "Refuse `""`, `"."`, `".."`, anything with `/`, and null; percent-encode the rest." [wire §1] */
const segment = (named: Named): string => {
  const [name, value] = Object.entries(named)[0]!;
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new InvalidArgumentError(name, 'must be text or a number');
  }
  const text = String(value);
  if (text === '' || text === '.' || text === '..' || text.includes('/')) {
    throw new InvalidArgumentError(
      name,
      'must be one name: not empty, "." or "..", and without "/"',
    );
  }
  try {
    return encodeURIComponent(text).replace(reserved, percent);
  } catch {
    throw new InvalidArgumentError(name, 'has half a surrogate pair; it is not text');
  }
};

/**
 * A path whose values stay one segment each: `` path`/runs/${{ runId }}/files/${{ name }}/download` ``.
 *
 * The server decodes a path before it routes, and `%2e%2e` climbs as `..` does, so what could pick
 * another route is refused, not encoded.
 *
 * @throws InvalidArgumentError naming the value.
 */
export const path = (literals: TemplateStringsArray, ...values: readonly Named[]): string =>
  literals.reduce((path, literal, i) => path + segment(values[i - 1]!) + literal);
