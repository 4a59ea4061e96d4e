/** The door `m8tes-rx/server`: for your own server, between the API and a browser. */
export { DecodeError, InvalidArgumentError, SignatureError } from '../errors';
export { relay, type RelayOptions } from './relay';
export {
  verifyWebhook,
  type RawBody,
  type VerifyWebhookOptions,
  type WebhookHeaders,
} from './verifyWebhook';
export type { WebhookKind } from '../events/webhooks';
export type { UnknownWebhookEvent, WebhookEvent, WebhookEventOf } from './WebhookEvent';
