import * as t from 'io-ts';

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

/** What a parameter or an option can be; a codec's name completes "must be …". */
export const parameter = {
  unknown: refined<unknown>('anything', () => true),
  text: refined<string>(
    'text that is not empty',
    (value) => t.string.is(value) && value.trim() !== '',
  ),
  flag: refined<boolean>('true or false', t.boolean.is),
  id: refined<number>('a positive integer', within(1, Number.MAX_SAFE_INTEGER, true)),
  count: refined<number>('a whole number, 0 or more', within(0, Number.MAX_SAFE_INTEGER, true)),
  limit: refined<number>('a whole number from 1 to 100', within(1, 100, true)),
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
  callback: refined<() => void>('a function', t.Function.is),
  oneOf: <A extends string>(...options: readonly A[]): t.Type<A, unknown> =>
    refined<A>(`one of ${options.join(', ')}`, (value) =>
      options.some((option) => option === value),
    ),
} as const;
