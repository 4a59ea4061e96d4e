import { createHmac } from 'node:crypto';

/** What a webhook's signature is made of. */
export interface Signed {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly bytes: Uint8Array;
}

/** "HMAC-SHA256 of `{id}.{timestamp}.{raw body}` with the endpoint's secret." [wire §6] */
export const signatureOf = ({ id, timestamp, bytes }: Signed, secret: string): Buffer =>
  createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(bytes).digest();
