import { InvalidArgumentError } from '../errors';

const reserved = /[!'()*]/g;

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** "Refuse `""`, `"."`, `".."`, anything with `/`, and null; percent-encode the rest." [wire §1] */
const segment = (value: string | number): string => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') {
    throw new InvalidArgumentError('path segment', 'must be text or a number');
  }
  if (text === '' || text === '.' || text === '..' || text.includes('/')) {
    throw new InvalidArgumentError(
      'path segment',
      'must be one name: not empty, not "." or "..", and without "/"',
    );
  }
  try {
    return encodeURIComponent(text).replace(reserved, percent);
  } catch {
    throw new InvalidArgumentError('path segment', 'has half a surrogate pair; it is not text');
  }
};

/**
 * A path whose values stay one segment each: `` path`/runs/${id}/files/${name}/download` ``.
 *
 * The server decodes a path before it routes, and `%2e%2e` climbs as `..` does, so what could pick
 * another route is refused, not encoded.
 */
export const path = (
  literals: TemplateStringsArray,
  ...values: readonly (string | number)[]
): string =>
  literals.reduce((path, literal, i) => path + segment(values[i - 1]!) + literal);
