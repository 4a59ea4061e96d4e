import * as t from 'io-ts';

/**
 * A JSON object, whatever its fields.
 *
 * As io-ts's `UnknownRecord`, but for one thing: that asks `Object.prototype.toString`, which costs
 * more than all else that a frame is checked for.
 */
export const object: t.Type<{ readonly [field: string]: unknown }, unknown> = new t.Type(
  'object',
  (value): value is { readonly [field: string]: unknown } =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
  (value, context) => (object.is(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);
