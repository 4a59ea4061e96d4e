import { InvalidArgumentError, SignatureError } from '../errors';
import { checkTimestamp, isSigned, signingSecrets } from './signature';
import { decodeWebhook, type WebhookEvent } from './WebhookEvent';

/** A body as it arrived: text, or the bytes themselves (a Node `Buffer` is a `Uint8Array`). */
export type RawBody = string | Uint8Array | ArrayBuffer;

/**
 * The headers of a request: Node's `request.headers`, Fetch `Headers`, or a plain object whose
 * names are in any case.
 */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

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

/** A buffer, shared or not, of any realm. */
const isBuffer = (value: unknown): value is ArrayBufferLike =>
  /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));

/**
 * The bytes that were signed. Bytes stay as they are, valid UTF-8 or not; only text is encoded. They
 * are our own: what is decoded must be what was verified, whatever becomes of a buffer meanwhile.
 */
const bodyBytes = (body: RawBody): Uint8Array => {
  const given: unknown = body;
  if (typeof given === 'string') return new TextEncoder().encode(given);
  if (ArrayBuffer.isView(given)) {
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
  }
  if (isBuffer(given)) return new Uint8Array(given).slice();
  throw new InvalidArgumentError(
    'body',
    'must be the raw body, the text or bytes as they arrived: one that was parsed cannot be ' +
      "verified. Pass the raw body (in Express, express.raw({ type: 'application/json' }))",
  );
};

const isFetchHeaders = (headers: WebhookHeaders): headers is { get(name: string): string | null } =>
  typeof headers.get === 'function';

/** The value of a header, or `undefined`; repeated ones are joined by commas, as Fetch does. */
const headerValue = (headers: WebhookHeaders, name: string): string | undefined => {
  if (typeof headers !== 'object' || headers === null) {
    throw new InvalidArgumentError('headers', 'must be those of the request: pass request.headers');
  }
  if (isFetchHeaders(headers)) return headers.get(name) ?? undefined;
  const wanted = name.toLowerCase();
  const values = Object.entries(headers)
    .filter(([key, value]) => key.toLowerCase() === wanted && value !== undefined)
    .flatMap(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
};

const required = (headers: WebhookHeaders, name: string): string => {
  const value = headerValue(headers, name);
  if (typeof value === 'string' && value !== '') return value;
  throw new SignatureError(
    `${name} is missing: pass the headers of the request unchanged; if they are, this is not a ` +
      'webhook of m8tes, answer it with 400',
  );
};

/**
 * The event of a webhook, once its signature is found right. Everything that is wrong rejects: with a
 * `SignatureError` where the webhook may be forged (answer with 400 and do nothing else), with an
 * `InvalidArgumentError` where an option is unusable, with a `DecodeError` where what was signed is no
 * event.
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
 *     const event = await verifyWebhook({ body, headers: request.headers, secret });
 *     if (event.type === 'run.completed') console.log('a run is done');
 *     response.writeHead(204).end();
 *   } catch (error) {
 *     response.writeHead(error instanceof SignatureError ? 400 : 500).end();
 *   }
 * }).listen(8080);
 * ```
 */
export const verifyWebhook = async ({
  body,
  headers,
  secret,
  tolerance = 300,
  now = new Date(),
}: VerifyWebhookOptions): Promise<WebhookEvent> => {
  const secrets = signingSecrets(secret);
  const bytes = bodyBytes(body);
  const id = required(headers, 'Webhook-Id');
  const timestamp = required(headers, 'Webhook-Timestamp');
  const signatures = required(headers, 'Webhook-Signature');
  checkTimestamp(timestamp, tolerance, now);
  if (!(await isSigned({ id, timestamp, bytes }, signatures, secrets))) {
    throw new SignatureError(
      'Webhook-Signature is not one of this endpoint: check that `secret` is its secret and ' +
        '`body` the raw body; if they are, the webhook is forged, answer it with 400',
    );
  }
  return decodeWebhook(bytes);
};
