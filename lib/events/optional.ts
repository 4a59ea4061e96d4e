import * as t from 'io-ts';

/**
 * A field that may be missing. A Python server writes `null` for what it does not have, so null
 * and absent are the same, and here both are absent. [wire §3 Rules of tolerance]
 */
export const optional = <A>(codec: t.Type<A, unknown>): t.Type<A | undefined, unknown> =>
  new t.Type<A | undefined, unknown>(
    codec.name,
    (value): value is A | undefined => value === undefined || (value !== null && codec.is(value)),
    (value, context) =>
      value === undefined || value === null ? t.success(undefined) : codec.validate(value, context),
    t.identity,
  );
