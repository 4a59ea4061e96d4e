import * as t from 'io-ts';
import { from, type ObservableInput } from 'rxjs';
import { InvalidArgumentError } from '../errors';

/** What a call takes: name → codec, whose name is what the error says must be there. */
export type Parameters<P> = { readonly [N in keyof Required<P>]: t.Mixed };

/**
 * Checks the parameters of a call from JavaScript, before anything is sent.
 *
 * What was not given is `undefined`. Null is not: `user_id: null`, dropped without a word, would
 * widen a call from one user to the whole account. Neither is a name nobody knows: it is a typing
 * error, and the run it starts costs money.
 *
 * @throws InvalidArgumentError naming the parameter.
 */
export const check = <P extends object>(
  parameters: Parameters<P>,
  values: P,
  required: readonly (keyof P & string)[] = [],
): P => {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new InvalidArgumentError(
      'parameters',
      required.length > 0
        ? `must be an object like { ${required.join(', ')} }`
        : 'must be an object',
    );
  }
  const known: { readonly [name: string]: t.Mixed } = parameters;
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(known, name)) {
      throw new InvalidArgumentError(
        name,
        `is unknown; known are ${Object.keys(known).join(', ')}`,
      );
    }
    const codec = known[name]!;
    if (value !== undefined && !codec.is(value)) {
      throw new InvalidArgumentError(name, `must be ${codec.name}`);
    }
  }
  for (const name of required) {
    if (values[name] === undefined) {
      throw new InvalidArgumentError(name, `is missing; it must be ${parameters[name].name}`);
    }
  }
  return values;
};

const refined = <A>(name: string, is: (value: unknown) => boolean): t.Type<A, unknown> =>
  new t.Type<A, unknown>(
    name,
    (value): value is A => is(value),
    (value, context) => (is(value) ? t.success(value as A) : t.failure(value, context)),
    t.identity,
  );

const within =
  (least: number, most: number, whole: boolean) =>
  (value: unknown): boolean =>
    typeof value === 'number' &&
    value >= least &&
    value <= most &&
    (!whole || Number.isSafeInteger(value));

/** Whether something is a source of values: `from` refuses what is none, and subscribes to nothing. */
const isSource = (value: unknown): boolean => {
  try {
    return typeof value !== 'string' && from(value as ObservableInput<unknown>) !== undefined;
  } catch {
    return false;
  }
};

/** What a parameter or an option can be; a codec's name completes "must be …". */
export const parameter = {
  unknown: refined<unknown>('anything', () => true),
  text: refined<string>(
    'text that is not empty',
    (value) => t.string.is(value) && value.trim() !== '',
  ),
  /** Text that takes the place of other text, and may be none. */
  words: refined<string>('text', t.string.is),
  flag: refined<boolean>('true or false', t.boolean.is),
  id: refined<number>('a positive integer', within(1, Number.MAX_SAFE_INTEGER, true)),
  count: refined<number>('a whole number, 0 or more', within(0, Number.MAX_SAFE_INTEGER, true)),
  amount: refined<number>('a number, 0 or more', within(0, Infinity, false)),
  limit: refined<number>('a whole number from 1 to 100', within(1, 100, true)),
  concurrency: refined<number>(
    'a whole number from 1 on, or Infinity',
    (value) => value === Infinity || within(1, Number.MAX_SAFE_INTEGER, true)(value),
  ),
  /** A timer holds 2³¹ - 1 ms at most: a longer one fires at once. */
  delay: refined<number>('milliseconds, from 0 to 2147483647', within(0, 2 ** 31 - 1, false)),
  timeout: refined<number>(
    'milliseconds above 0, or Infinity',
    within(Number.MIN_VALUE, Infinity, false),
  ),
  object: refined<object>('an object', (value) => t.UnknownRecord.is(value)),
  texts: refined<readonly string[]>('a list of texts', t.array(t.string).is),
  signal: refined<AbortSignal>('an AbortSignal', (value) => value instanceof AbortSignal),
  list: refined<readonly unknown[]>('a list', (value) => Array.isArray(value)),
  source: refined<ObservableInput<unknown>>('an Observable, an array or an iterable', isSource),
  callback: refined<() => void>('a function', t.Function.is),
  oneOf: <A extends string>(...options: readonly A[]): t.Type<A, unknown> =>
    refined<A>(`one of ${options.join(', ')}`, (value) =>
      options.some((option) => option === value),
    ),
} as const;

/** Or null, which takes back what was set. */
export const orNull = <A>(codec: t.Type<A, unknown>): t.Type<A | null, unknown> =>
  refined<A | null>(`${codec.name}, or null`, (value) => value === null || codec.is(value));

/** An id as a path takes it, under the name its error calls it by: `{ runId: 7 }`. */
export const segment = <N extends { readonly [name: string]: number }>(named: N): N => {
  for (const [name, value] of Object.entries(named)) {
    if (!parameter.id.is(value)) {
      throw new InvalidArgumentError(name, `must be ${parameter.id.name}`);
    }
  }
  return named;
};

interface Agent {
  readonly teammate_id?: number | undefined;
  readonly agent_id?: number | undefined;
}

/** "Clients offer `agent_id` as another name of the parameter `teammate_id`; both, unequal, is an error." [wire] */
export const named = <P extends Agent>({ agent_id, ...params }: P): Omit<P, 'agent_id'> => {
  const { teammate_id = agent_id } = params;
  if (agent_id !== undefined && agent_id !== teammate_id) {
    throw new InvalidArgumentError(
      'agent_id',
      'is another name of teammate_id, and names another one; give one of the two',
    );
  }
  return teammate_id === undefined ? params : { ...params, teammate_id };
};
