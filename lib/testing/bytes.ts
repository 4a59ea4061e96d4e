/** Text as bytes, and bytes as text, without Node's `Buffer`: browsers and edges have none. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** The text of bytes, a byte order mark and all. */
export const textOf = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** The text of bytes; `undefined` where they are none, or are cut inside a character. */
export const wholeTextOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Characters that are made at once: arguments of a call, of which there may not be too many. */
const PIECE = 2 ** 13;

/** A character a byte, whatever it stands for: text that can be searched and taken apart. */
export const latin1Of = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return text;
};

/** A byte a character: what `latin1Of` made, back again. */
export const fromLatin1 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

/** Bytes after bytes. */
export const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** What a caller gave as text or as bytes. */
export const bytesOf = (given: string | Uint8Array): Uint8Array =>
  typeof given === 'string' ? utf8(given) : given;
