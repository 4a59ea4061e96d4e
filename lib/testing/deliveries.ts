import type { WebhookKind } from '../events/webhooks';
import { utf8 } from './bytes';
import { now, sleep } from './clock';
import type { DeliveryRecord, RunRecord } from './records';
import { signWebhook } from './signWebhook';
import type { Account, HeldEndpoint, World } from './World';

/** Five tries: the waits between them, in times of the server's pace. At 25 ms, a second to two minutes. */
const WAITS = [40, 200, 1_000, 5_000];

/** Tells the endpoints of an account what became of a run: those that want to be told of that. [wire §6] */
export const announce = (
  { webhooks }: Account,
  world: World,
  event_type: WebhookKind,
  run: RunRecord,
): void => {
  const told = [...webhooks.values()].filter(
    ({ record }) => record.active && record.events.includes(event_type),
  );
  if (told.length === 0) return;
  const id = world.token('evt');
  const created_at = now();
  const body = { type: event_type, id, created_at, run_id: run.id, data: run };
  for (const held of told) {
    const delivery: DeliveryRecord = {
      id: world.nextId('delivery'),
      webhook_endpoint_id: held.record.id,
      event_type,
      event_id: id,
      run_id: run.id,
      status: 'pending',
      response_status_code: null,
      attempts: 0,
      next_retry_at: null,
      error: null,
      created_at,
    };
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    world.closing.add(stop);
    deliver(held, delivery, JSON.stringify(body), world, controller.signal)
      .catch(() => {}) // it closes
      .finally(() => world.closing.remove(stop))
      .catch(() => {});
  }
};

/** Sends one webhook until it arrives, or five tries have failed. Each try is noted as it goes. */
const deliver = async (
  held: HeldEndpoint,
  first: DeliveryRecord,
  text: string,
  { pace, reach }: World,
  signal: AbortSignal,
): Promise<void> => {
  const { deliveries } = held;
  const index = deliveries.push(first) - 1;
  const note = (fields: Partial<DeliveryRecord>): void => {
    deliveries[index] = { ...deliveries[index]!, next_retry_at: null, ...fields };
  };
  for (const wait of [...WAITS, undefined]) {
    const { url, secret, active } = held.record;
    if (!active) return note({ status: 'failed', error: 'the endpoint is no longer active' });
    const post = reach(url);
    if (post === undefined) return note({ status: 'failed', error: NOT_LOOPBACK });
    const { body, headers } = await signWebhook(text, secret, { id: first.event_id });
    const attempts = deliveries[index]!.attempts + 1;
    const { status, error } = await post(url, headers, utf8(body), signal);
    signal.throwIfAborted();
    const tried = { attempts, response_status_code: status, error };
    if (error === null) return note({ ...tried, status: 'success' });
    if (wait === undefined) return note({ ...tried, status: 'failed' });
    const next_retry_at = now(wait * pace);
    note({ ...tried, next_retry_at });
    await sleep(wait * pace, signal);
  }
};

const NOT_LOOPBACK =
  'the local server delivers to loopback alone (localhost, 127.0.0.1, [::1]): nothing was sent';
