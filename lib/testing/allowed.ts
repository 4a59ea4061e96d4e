import { InvalidArgumentError, printable } from '../errors';
import { nearest } from '../nearest';

/** What an option may be: a test, and how to say it. */
export interface Rule {
  readonly test: (value: unknown) => boolean;
  readonly must: string;
}

/** A rule for each name there is. */
export type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule };

/** What is said of a name that is none. */
export const noSuch = (name: string, names: readonly string[]): string => {
  const meant = nearest(name, names);
  const guess = meant === undefined ? '' : `did you mean ${meant}? `;
  return `${guess}There are ${[...names].sort().join(', ')}`;
};

/**
 * Refuses what nobody would hear: a name that there is not, or a value that means nothing. In
 * JavaScript both would pass, and the test would be of something else than it says.
 */
export const allowed = <Options extends object>(
  place: string,
  given: Options,
  rules: Rules<Options>,
): void => {
  if (typeof given !== 'object' || given === null) {
    throw new InvalidArgumentError(place, 'must be an object');
  }
  const names = Object.keys(rules);
  const at = (name: string): string => (place === '' ? name : `${place}.${name}`);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(rules, name)) {
      throw new InvalidArgumentError(at(printable(name)), `is unknown: ${noSuch(name, names)}`);
    }
    const { test, must } = rules[name as keyof Options];
    if (value !== undefined && !test(value)) throw new InvalidArgumentError(at(name), must);
  }
};

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && !Number.isNaN(value);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The rules that several have. */
export const rule = {
  /** Milliseconds, or how often. */
  amount: {
    test: (value) => isNumber(value) && value >= 0,
    must: 'must be a number, 0 or more',
  },
  whole: { test: (value) => Number.isSafeInteger(value), must: 'must be a whole number' },
  flag: { test: (value) => typeof value === 'boolean', must: 'must be true or false' },
  text: { test: (value) => typeof value === 'string', must: 'must be text' },
  callback: { test: (value) => typeof value === 'function', must: 'must be a function' },
  object: { test: isObject, must: 'must be an object' },
  anything: { test: () => true, must: '' },
} as const satisfies { readonly [name: string]: Rule };

/** One of some texts. */
export const oneOf = (...texts: readonly string[]): Rule => ({
  test: (value) => texts.some((text) => text === value),
  must: `must be one of ${texts.join(', ')}`,
});
