/**
 * The door `m8tes-rx/server`: webhooks, what the API tells your server. It needs nothing of Node.
 *
 * @module m8tes-rx/server
 */
export { DecodeError, InvalidArgumentError, SignatureError } from '../errors';
export {
  verifyWebhook,
  type RawBody,
  type VerifyWebhookOptions,
  type WebhookHeaders,
} from './verifyWebhook';
export type { WebhookKind } from '../events/webhooks';
export type { UnknownWebhookEvent, WebhookEvent, WebhookEventOf } from './WebhookEvent';
