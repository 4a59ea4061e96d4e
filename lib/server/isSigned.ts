import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a webhook's signature is made of. */
export interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly bytes: Uint8Array;
}

/**
 * Whether one of the signatures was made with one of the secrets.
 *
 * `v1=<hex HMAC-SHA256 of "{id}.{timestamp}.{raw body}">` [wire §6]; several may stand side by
 * side while secrets are rotated. Other schemes, and what is not 64 hex digits, match nothing.
 */
export const isSigned = (
  { id, timestamp, bytes }: Signed,
  signatures: string,
  secrets: readonly string[],
): boolean => {
  const given = signatures
    .split(/[\s,]+/)
    .flatMap((signature) => /^v1=([0-9a-fA-F]{64})$/.exec(signature)?.[1] ?? [])
    .map((hex) => Buffer.from(hex, 'hex'));
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret)
      .update(`${id}.${timestamp}.`)
      .update(bytes)
      .digest();
    return given.some((signature) => timingSafeEqual(signature, expected));
  });
};
