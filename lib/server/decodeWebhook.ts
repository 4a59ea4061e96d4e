import { DecodeError } from '../errors';
import { WebhookEvent } from './WebhookEvent';

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
  if (WebhookEvent.has(type)) return body as WebhookEvent;
  return { type: 'unknown', name: typeof type === 'string' ? type : '', raw: body };
};
