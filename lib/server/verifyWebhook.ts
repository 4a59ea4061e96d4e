import { SignatureError } from '../errors';
import { bodyBytes, type RawBody } from './bodyBytes';
import { checkTimestamp } from './checkTimestamp';
import { decodeWebhook } from './decodeWebhook';
import { headerValue, type WebhookHeaders } from './headerValue';
import { isSigned } from './isSigned';
import { signingSecrets } from './signingSecrets';
import type { WebhookEvent } from './WebhookEvent';

/** What {@link verifyWebhook} looks at. */
export interface VerifyWebhookOptions {
  /** The body as it arrived, before anything parsed it. */
  readonly body: RawBody;
  /** The headers of the request. */
  readonly headers: WebhookHeaders;
  /** The endpoint's signing secret; while it is rotated, the new one and the old. */
  readonly secret: string | readonly string[];
  /** How many seconds the timestamp may be off, either way. Default 300; `Infinity` for any. */
  readonly tolerance?: number | undefined;
  /** The time to hold the timestamp against. Default: now. */
  readonly now?: Date | undefined;
}

const required = (headers: WebhookHeaders, name: string): string => {
  const value = headerValue(headers, name);
  if (typeof value === 'string' && value !== '') return value;
  throw new SignatureError(
    `${name} is missing: pass the headers of the request unchanged; if they are, this is not a ` +
      'webhook of m8tes, answer it with 400',
  );
};

/**
 * The event of a webhook, once its signature is found right. A `SignatureError` otherwise: answer
 * with 400 and do nothing else.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { buffer } from 'node:stream/consumers';
 * import { SignatureError, verifyWebhook } from 'm8tes-rx/server';
 *
 * const secret = process.env['M8TES_WEBHOOK_SECRET'] ?? '';
 *
 * createServer(async (request, response) => {
 *   try {
 *     const body = await buffer(request);
 *     const event = verifyWebhook({ body, headers: request.headers, secret });
 *     if (event.type === 'run.completed') console.log('a run is done');
 *     response.writeHead(204).end();
 *   } catch (error) {
 *     response.writeHead(error instanceof SignatureError ? 400 : 500).end();
 *   }
 * }).listen(8080);
 * ```
 */
export const verifyWebhook = ({
  body,
  headers,
  secret,
  tolerance = 300,
  now = new Date(),
}: VerifyWebhookOptions): WebhookEvent => {
  const secrets = signingSecrets(secret);
  const bytes = bodyBytes(body);
  const id = required(headers, 'Webhook-Id');
  const timestamp = required(headers, 'Webhook-Timestamp');
  const signatures = required(headers, 'Webhook-Signature');
  checkTimestamp(timestamp, tolerance, now);
  if (!isSigned({ id, timestamp, bytes }, signatures, secrets)) {
    throw new SignatureError(
      'Webhook-Signature is not one of this endpoint: check that `secret` is its secret and ' +
        '`body` the raw body; if they are, the webhook is forged, answer it with 400',
    );
  }
  return decodeWebhook(bytes);
};
