import fc from 'fast-check';

const pointOf = (unit: unknown): number => {
  const point = typeof unit === 'string' ? (unit.codePointAt(0) ?? -1) : -1;
  if (point < 0 || String.fromCodePoint(point) !== unit) throw new Error('no code point');
  return point;
};

/**
 * Text of any code points, halves of surrogate pairs among them. It is what `unit: 'binary'` is to
 * fast-check, which makes a table of all million of them first: a second, in each suite.
 */
export const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point), pointOf),
});
