/** What a webhook's signature is made of. */
export interface Signed {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly bytes: Uint8Array;
}

/** "HMAC-SHA256 of `{id}.{timestamp}.{raw body}` with the endpoint's secret": of these bytes. [wire §6] */
export const signed = ({ id, timestamp, bytes }: Signed): Uint8Array<ArrayBuffer> => {
  const before = new TextEncoder().encode(`${id}.${timestamp}.`);
  const whole = new Uint8Array(before.length + bytes.length);
  whole.set(before);
  whole.set(bytes, before.length);
  return whole;
};

/** A secret, which must not be empty, as a key of WebCrypto: Node has it, and so have edges. */
export const keyOf = (secret: string, use: 'sign' | 'verify'): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    [use],
  );
