import { webhookKinds, type WebhookKind } from '../../events/webhooks';
import { emptyAnswer, jsonAnswer, refusal } from '../answers';
import type { Call, Route } from '../Call';
import { now } from '../clock';
import type { WebhookRecord } from '../records';
import type { HeldEndpoint } from '../World';
import { checked, patched } from './checked';
import { idOf } from './owned';
import { page } from './page';

const WEBHOOK = '/webhooks/{webhook_id}';
const EDITABLE = ['url', 'events', 'active'];

/** Webhook endpoints. [wire §8] */
export const webhookRoutes = {
  createWebhook: {
    method: 'POST',
    path: '/webhooks/',
    handle: ({ account, world, body }) => {
      const { url, events = webhookKinds, active = true } = checked(body, 'url');
      const time = now();
      const record: WebhookRecord = {
        id: world.nextId('webhook'),
        url: url as string,
        events: events as readonly WebhookKind[],
        secret: world.token('whsec'),
        active: active as boolean,
        created_at: time,
        updated_at: time,
      };
      account.webhooks.set(record.id, { record, deliveries: [] });
      return jsonAnswer(record, 201);
    },
  },
  listWebhooks: {
    method: 'GET',
    path: '/webhooks/',
    handle: ({ account, query }) =>
      page(
        [...account.webhooks.values()].map(({ record }) => masked(record)),
        query,
      ),
  },
  getWebhook: {
    method: 'GET',
    path: WEBHOOK,
    handle: (call) => jsonAnswer(masked(findWebhook(call).record)),
  },
  updateWebhook: {
    method: 'PATCH',
    path: WEBHOOK,
    handle: (call) => {
      const held = findWebhook(call);
      const body = checked(call.body);
      const isRotated = body['rotate_secret'] === true;
      const secret = isRotated ? { secret: call.world.token('whsec') } : {};
      held.record = { ...patched(held.record, body, EDITABLE), ...secret };
      return jsonAnswer(isRotated ? held.record : masked(held.record));
    },
  },
  deleteWebhook: {
    method: 'DELETE',
    path: WEBHOOK,
    handle: (call) => {
      const held = findWebhook(call);
      held.record = { ...held.record, active: false }; // what is on its way to it stops
      call.account.webhooks.delete(held.record.id);
      return emptyAnswer;
    },
  },
  listDeliveries: {
    method: 'GET',
    path: `${WEBHOOK}/deliveries`,
    handle: (call) => page(findWebhook(call).deliveries, call.query),
  },
} as const satisfies { readonly [name: string]: Route };

/** "Whole only when it is made or rotated, masked later." [wire §8] */
const masked = (record: WebhookRecord): WebhookRecord => ({
  ...record,
  secret: `whsec_…${record.secret.slice(-4)}`,
});

/** Another account's is 404, never 403. */
const findWebhook = ({ account, params }: Call): HeldEndpoint => {
  const held = account.webhooks.get(idOf(params['webhook_id']));
  if (held === undefined) throw refusal(404, 'Webhook endpoint not found', 'webhook_not_found');
  return held;
};
