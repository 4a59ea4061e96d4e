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

/** Goes on with the first `length` UTF-16 units of a text; of a long one with every `step`th. */
const extend = (print: Fingerprint, text: string, length = text.length, step = 1): void => {
  let { a, b } = print;
  for (let i = 0; i < length; i += step) {
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

/** Characters of one text, and values in all, that are looked at in an event. */
const MOST_CHARACTERS = 4_096;
const MOST_VALUES = 4_096;

/**
 * Of any JSON, in one number. The order of an object's fields does not count. What is looked at has
 * a bound, so that a huge result costs no more than a large one: the length of a text of more than
 * 4,096 characters and as many of them, spread over it; the first 4,096 values.
 */
const ofJson = (value: unknown): number => {
  let left = MOST_VALUES;
  const of = (value: unknown, depth: number): number => {
    const print = none();
    if (left-- <= 0 || depth > 100) return 0;
    if (typeof value !== 'object' || value === null) {
      const text = typeof value === 'string' ? `"${value}` : String(value);
      extend(print, text, text.length, Math.ceil(text.length / MOST_CHARACTERS));
      return (print.a ^ Math.imul(print.b, 31) ^ print.length) | 0;
    }
    if (Array.isArray(value)) {
      let list = value.length ^ 0x5bd1e995;
      for (const item of value) {
        if (left <= 0) break;
        list = (Math.imul(list, 31) + of(item, depth + 1)) | 0;
      }
      return list;
    }
    let object = 0x2545f491;
    for (const [name, item] of Object.entries(value)) {
      if (left <= 0) break;
      object = (object + Math.imul(of(name, depth), of(item, depth + 1) | 1)) | 0;
    }
    return object;
  };
  return of(value, 0);
};

export const Fingerprint = { none, extend, equal, isPrefix, ofJson };
