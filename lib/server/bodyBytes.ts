import { isAnyArrayBuffer } from 'node:util/types';
import { InvalidArgumentError } from '../errors';

/** A body as it arrived: text, or the bytes themselves (a Node `Buffer` is a `Uint8Array`). */
export type RawBody = string | Uint8Array | ArrayBuffer;

/**
 * The bytes that were signed. Bytes stay as they are, valid UTF-8 or not; only text is encoded.
 */
export const bodyBytes = (body: RawBody): Uint8Array => {
  const given: unknown = body;
  if (typeof given === 'string') return new TextEncoder().encode(given);
  if (ArrayBuffer.isView(given)) {
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  }
  if (isAnyArrayBuffer(given)) return new Uint8Array(given);
  throw new InvalidArgumentError(
    'body',
    'must be the raw body, the text or bytes as they arrived: one that was parsed cannot be ' +
      "verified. Pass the raw body (in Express, express.raw({ type: 'application/json' }))",
  );
};
