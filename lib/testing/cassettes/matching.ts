import { distance } from '../../nearest';
import { equal } from '../equal';
import type { Act } from './acts';
import type { Asked } from './asked';

/** A place in a body, and the kind of thing that is there. */
type Shape = ReadonlyMap<string, string>;

const kind = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return { string: 'text', object: 'an object' }[typeof value as string] ?? typeof value;
};

/** What a body is made of, without what it says: the items of a list are one place. */
const shapeOf = (body: unknown, place = ''): Shape => {
  const inside =
    typeof body === 'object' && body !== null
      ? Object.entries(body).flatMap(([name, value]) => [
          ...shapeOf(value, `${place}.${Array.isArray(body) ? '[]' : name}`),
        ])
      : [];
  return new Map([[place, body === undefined ? 'absent' : kind(body)] as const, ...inside]);
};

/** Where two bodies are made otherwise: `message is text here and absent there`. */
const differences = (here: unknown, there: unknown): readonly string[] => {
  const [ours, theirs] = [shapeOf(here), shapeOf(there)];
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((place) => ({
      place: place.slice(1) || 'the whole',
      here: ours.get(place) ?? 'absent',
      there: theirs.get(place) ?? 'absent',
    }))
    .filter(({ here, there }) => here !== there)
    .map(({ place, here, there }) => `${place} is ${here} here and ${there} there`);
};

/** Where the body of a request is made otherwise than an act's. */
const unlike = (asked: Asked, { any, body }: Act): readonly string[] =>
  any ? [] : differences(asked.body, body);

const fits = (asked: Asked, act: Act): boolean =>
  act.method === asked.method && act.path === asked.path && unlike(asked, act).length === 0;

/**
 * The act that answers a request: of those that are not used yet, by method, path and the shape of
 * the body, the first; one that says the very same comes before.
 */
export const match = <A extends Act>(asked: Asked, unused: readonly A[]): A | undefined => {
  const fitting = unused.filter((act) => fits(asked, act));
  return fitting.find(({ body }) => equal(body, asked.body)) ?? fitting[0];
};

const far = (asked: Asked, act: Act): number =>
  (act.method === asked.method ? 0 : 3) +
  distance(asked.path, act.path) +
  unlike(asked, act).length;

/** The act that a request comes nearest to, and why it is another. */
export const nearestTo = (asked: Asked, acts: readonly Act[], unused: readonly Act[]): string => {
  // Of two that are as near, one that is to be had.
  const isUsed = (act: Act): number => (unused.includes(act) ? 0 : 0.5);
  const [nearest] = [...acts].sort((a, b) => far(asked, a) + isUsed(a) - far(asked, b) - isUsed(b));
  if (nearest === undefined) return 'The cassette is empty';
  const name = `${nearest.method} ${nearest.path}`;
  if (fits(asked, nearest)) return `The nearest, ${name}, was asked for already`;
  const bodies = unlike(asked, nearest);
  const why = bodies.length === 0 ? '' : `, whose body is another: ${bodies.join('; ')}`;
  return `The nearest is ${name}${why}`;
};
