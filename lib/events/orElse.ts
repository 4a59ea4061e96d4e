import * as t from 'io-ts';

/**
 * A field that is always there once decoded: absent text is empty text, absent todos an empty
 * list. [wire §3 Rules of tolerance]
 */
export const orElse = <A>(codec: t.Type<A, unknown>, absent: A): t.Type<A, unknown> =>
  new t.Type<A, unknown>(
    codec.name,
    codec.is,
    (value, context) =>
      value === undefined || value === null ? t.success(absent) : codec.validate(value, context),
    t.identity,
  );
