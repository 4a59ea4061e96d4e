/**
 * Texts by their length and a 64-bit hash: enough to tell whether another text begins with one, and
 * flat however long the run is. Keeping the texts themselves would cost megabytes.
 */
export interface Fingerprint {
  length: number;
  a: number;
  b: number;
}

/** Of no text. */
const none = (): Fingerprint => ({ length: 0, a: 0x811c9dc5, b: 5381 });

/** Goes on with the first `length` UTF-16 units of a text. */
const extend = (print: Fingerprint, text: string, length = text.length): void => {
  let { a, b } = print;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193); // FNV-1a
    b = (Math.imul(b, 33) + unit) | 0; // Bernstein's: another family, so that the two never fail alike
  }
  print.length += length;
  print.a = a;
  print.b = b;
};

const equal = (one: Fingerprint, other: Fingerprint): boolean =>
  one.length === other.length && one.a === other.a && one.b === other.b;

/** Whether a text begins with the one that left the fingerprint. */
const isPrefix = (print: Fingerprint, text: string): boolean => {
  if (text.length < print.length) return false;
  const beginning = none();
  extend(beginning, text, print.length);
  return equal(beginning, print);
};

export const Fingerprint = { none, extend, equal, isPrefix };
