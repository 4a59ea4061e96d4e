import { DecodeError } from '../errors';
import { webhookKinds, type WebhookKind } from '../events/webhooks';

/** An event of a kind this version does not know, whole. A server newer than the client is normal. */
export interface UnknownWebhookEvent {
  readonly type: 'unknown';
  /** The kind on the wire; empty when the body named none. */
  readonly name: string;
  readonly raw: { readonly [field: string]: unknown };
}

/** The event of a kind. The contract names the kinds and leaves the payload free: check its fields. */
export type WebhookEventOf<K extends WebhookKind> = {
  readonly type: K;
  readonly [field: string]: unknown;
};

/**
 * What a webhook tells, told apart by `type`.
 *
 * @example
 * ```ts
 * import type { WebhookEvent } from 'm8tes-rx/server';
 *
 * const headline = (event: WebhookEvent): string =>
 *   event.type === 'unknown' ? `something new: ${event.name}` : event.type;
 * ```
 */
export type WebhookEvent =
  { [K in WebhookKind]: WebhookEventOf<K> }[WebhookKind] | UnknownWebhookEvent;

/** A Set, because a wire type may be `constructor` or `__proto__`. */
const known: ReadonlySet<unknown> = new Set(webhookKinds);

type Json = { readonly [field: string]: unknown };

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's own message quotes the body, and errors travel to logs
  }
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The event that a verified body holds. A kind of tomorrow is an event too; no object is none. */
export const decodeWebhook = (bytes: Uint8Array): WebhookEvent => {
  const body = parse(new TextDecoder().decode(bytes));
  if (!isObject(body)) {
    throw new DecodeError(
      "The webhook's signature is right, but its body is not an event; check that this endpoint " +
        'is given to m8tes alone',
      ['the whole: expected a JSON object'],
    );
  }
  const { type } = body;
  if (known.has(type)) return body as WebhookEvent;
  return { type: 'unknown', name: typeof type === 'string' ? type : '', raw: body };
};
