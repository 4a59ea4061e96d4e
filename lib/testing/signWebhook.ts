import { InvalidArgumentError } from '../errors';
import { keyOf, signed } from '../signature';
import { utf8 } from './bytes';

/** What goes out to an endpoint: hand it to a handler, or to `new Request(url, { method: 'POST', … })`. */
export interface SignedWebhook {
  /** The raw body, as it was signed. */
  readonly body: string;
  readonly headers: {
    readonly 'content-type': 'application/json';
    readonly 'webhook-id': string;
    readonly 'webhook-timestamp': string;
    readonly 'webhook-signature': string;
  };
}

/** What a webhook is signed as. */
export interface SignWebhookOptions {
  /** Default: the event's own `id`, else `evt_1`. */
  readonly id?: string | undefined;
  /** When it was sent. Default: now. A stale one is refused by `verifyWebhook`. */
  readonly at?: Date | undefined;
}

const idIn = (event: unknown): string => {
  const { id } = (event ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' && id !== '' ? id : 'evt_1';
};

/**
 * Signs a webhook as the API does: `v1=<hex HMAC-SHA256 of "{id}.{timestamp}.{raw body}">` [wire §6].
 * By the platform's WebCrypto, so that it works on edges too.
 *
 * @example
 * ```ts
 * import { verifyWebhook } from 'm8tes-rx/server';
 * import { aWebhookEvent, signWebhook } from 'm8tes-rx/testing';
 *
 * const secret = 'whsec_test';
 * const { body, headers } = await signWebhook(aWebhookEvent('run.completed'), secret);
 * const event = await verifyWebhook({ body, headers: { ...headers }, secret });
 * console.log(event.type); // run.completed
 * ```
 */
export const signWebhook = async (
  event: string | { readonly [field: string]: unknown },
  secret: string,
  { id = idIn(event), at = new Date() }: SignWebhookOptions = {},
): Promise<SignedWebhook> => {
  if (typeof secret !== 'string' || secret === '') {
    throw new InvalidArgumentError(
      'secret',
      "must be the endpoint's signing secret, and not empty",
    );
  }
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const key = await keyOf(secret, 'sign');
  const bytes = signed({ id, timestamp, bytes: utf8(body) });
  const signature = await crypto.subtle.sign('HMAC', key, bytes);
  const hex = Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0'));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1=${hex.join('')}`,
    },
  };
};
