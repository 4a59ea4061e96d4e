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
const none = (): Fingerprint => ({ length: 0, a: 0x811c9dc5 | 0, b: 5381 });

/** The bases of two polynomials over a text's UTF-16 units: texts in which both are alike are made on purpose. */
const A = 0x01000193;
const B = 0x9e3779b1 | 0;

/** Goes on with UTF-16 units, one by one. */
const units = (print: Fingerprint, text: string): void => {
  let { a, b } = print;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = (Math.imul(a, A) + unit) | 0;
    b = (Math.imul(b, B) + unit) | 0;
  }
  print.length += text.length;
  print.a = a;
  print.b = b;
};

/** Units that are taken at once, and from how many on. */
const PIECE = 2_048;
const LONG = 64;

const encoder = new TextEncoder();
const bytes = new Uint8Array(PIECE * 3);
const view = new DataView(bytes.buffer);

const A2 = Math.imul(A, A);
const A3 = Math.imul(A2, A);
const A4 = Math.imul(A3, A);
const B2 = Math.imul(B, B);
const B3 = Math.imul(B2, B);
const B4 = Math.imul(B3, B);

/** What UTF-8 has in the place of half a surrogate pair, which a text may be cut at. */
const REPLACEMENT = 0xfffd;

/**
 * Goes on with the units that so many bytes of UTF-8 are, four a step where they are ASCII. Of a text
 * with half a pair in it the bytes do not tell; then it does nothing, and says so.
 */
const encoded = (print: Fingerprint, count: number): boolean => {
  let { a, b, length } = print;
  for (let i = 0; i < count;) {
    const word = i + 4 <= count ? view.getInt32(i) : -1;
    if ((word & 0x80808080) === 0) {
      const p = word >>> 24;
      const q = (word >>> 16) & 0xff;
      const r = (word >>> 8) & 0xff;
      const s = word & 0xff;
      a = (Math.imul(a, A4) + Math.imul(p, A3) + Math.imul(q, A2) + Math.imul(r, A) + s) | 0;
      b = (Math.imul(b, B4) + Math.imul(p, B3) + Math.imul(q, B2) + Math.imul(r, B) + s) | 0;
      i += 4;
      length += 4;
      continue;
    }
    const byte = bytes[i++]!;
    let unit = byte;
    if (byte >= 0xf0) {
      const point =
        ((byte & 0x07) << 18) |
        ((bytes[i++]! & 0x3f) << 12) |
        ((bytes[i++]! & 0x3f) << 6) |
        (bytes[i++]! & 0x3f);
      const high = 0xd7c0 + (point >> 10);
      a = (Math.imul(a, A) + high) | 0;
      b = (Math.imul(b, B) + high) | 0;
      length++;
      unit = 0xdc00 | (point & 0x3ff);
    } else if (byte >= 0xe0) {
      unit = ((byte & 0x0f) << 12) | ((bytes[i++]! & 0x3f) << 6) | (bytes[i++]! & 0x3f);
      if (unit === REPLACEMENT) return false;
    } else if (byte >= 0xc0) unit = ((byte & 0x1f) << 6) | (bytes[i++]! & 0x3f);
    a = (Math.imul(a, A) + unit) | 0;
    b = (Math.imul(b, B) + unit) | 0;
    length++;
  }
  print.length = length;
  print.a = a;
  print.b = b;
  return true;
};

/**
 * Goes on with a text. The platform writes a long one to bytes at once, and these are read in a third
 * of the time that it takes to ask the text for unit after unit.
 */
const extend = (print: Fingerprint, text: string): void => {
  if (text.length < LONG) return units(print, text);
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = text.slice(at, at + PIECE);
    const { written } = encoder.encodeInto(piece, bytes);
    if (!encoded(print, written)) units(print, piece);
  }
};

const equal = (one: Fingerprint, other: Fingerprint): boolean =>
  one.length === other.length && one.a === other.a && one.b === other.b;

/** Whether a text begins with the one that left the fingerprint. */
const isPrefix = (print: Fingerprint, text: string): boolean => {
  const beginning = none();
  extend(beginning, text.slice(0, print.length));
  return equal(beginning, print);
};

/** Characters of one text, and values in all, that are looked at in an event. */
const MOST_CHARACTERS = 1_024;
const MOST_VALUES = 4_096;

const ofText = (text: string): number => {
  let a = text.length ^ 0x811c9dc5;
  const step = Math.ceil(text.length / MOST_CHARACTERS);
  for (let i = 0; i < text.length; i += step) a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
  return a;
};

/**
 * Of any JSON, in one number. The order of an object's fields does not count. What is looked at has
 * a bound, so that a huge result costs no more than a large one: the length of a text of more than
 * 1,024 characters and as many of them, spread over it; the first 4,096 values.
 */
const ofJson = (value: unknown): number => {
  let left = MOST_VALUES;
  const of = (value: unknown, depth: number): number => {
    if (left-- <= 0 || depth > 100) return 0;
    if (typeof value === 'string') return ofText(value);
    if (typeof value === 'number' && value === (value | 0)) return Math.imul(value, 0x9e3779b1);
    if (typeof value !== 'object' || value === null) return ~ofText(String(value));
    if (Array.isArray(value)) {
      let list = value.length ^ 0x5bd1e995;
      for (const item of value) {
        if (left <= 0) break;
        list = (Math.imul(list, 31) + of(item, depth + 1)) | 0;
      }
      return list;
    }
    let object = 0x2545f491;
    for (const name in value) {
      if (left <= 0) break;
      const item = of((value as { readonly [name: string]: unknown })[name], depth + 1);
      object = (object + Math.imul(ofText(name), item | 1)) | 0;
    }
    return object;
  };
  return of(value, 0);
};

export const Fingerprint = { none, extend, equal, isPrefix, ofJson };
