/** The door `m8tes-rx/server`: for your own server, between the API and a browser. */
export { DecodeError, InvalidArgumentError, SignatureError } from '../errors';
export { relay, type RelayOptions } from './relay';
export { verifyWebhook, type VerifyWebhookOptions } from './verifyWebhook';
export type { RawBody } from './bodyBytes';
export type { WebhookHeaders } from './headerValue';
export type {
  UnknownWebhookEvent,
  WebhookEvent,
  WebhookEventOf,
  WebhookKind,
} from './WebhookEvent';
