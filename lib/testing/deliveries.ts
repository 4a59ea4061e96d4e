import { request as requestOf } from 'node:http';
import { request as secureRequestOf } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookKind } from '../events/webhooks';
import { signatureOf } from '../signature';
import type { DeliveryRecord, RunRecord } from './records';
import type { Account, HeldEndpoint, World } from './World';

/** Five tries: the waits between them, in times of the server's pace. At 25 ms, a second to two minutes. */
const WAITS = [40, 200, 1_000, 5_000];
/** Milliseconds that an endpoint has for its answer. */
const PATIENCE = 10_000;

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
  const created_at = new Date().toISOString();
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
    deliver(held, delivery, Buffer.from(JSON.stringify(body)), world).catch(() => {}); // it closes
  }
};

/** Sends one webhook until it arrives, or five tries have failed. Each try is noted as it goes. */
const deliver = async (
  held: HeldEndpoint,
  first: DeliveryRecord,
  bytes: Uint8Array,
  { pace, closing: { signal } }: World,
): Promise<void> => {
  const { deliveries } = held;
  const index = deliveries.push(first) - 1;
  const note = (fields: Partial<DeliveryRecord>): void => {
    deliveries[index] = { ...deliveries[index]!, next_retry_at: null, ...fields };
  };
  for (const wait of [...WAITS, undefined]) {
    const { url, secret, active } = held.record;
    if (!active) return note({ status: 'failed', error: 'the endpoint is no longer active' });
    if (!isLoopback(url)) return note({ status: 'failed', error: NOT_LOOPBACK });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const id = first.event_id;
    const signature = signatureOf({ id, timestamp, bytes }, secret).toString('hex');
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1=${signature}`,
    };
    const attempts = deliveries[index]!.attempts + 1;
    const { status, error } = await posted(url, headers, bytes, signal);
    signal.throwIfAborted();
    const tried = { attempts, response_status_code: status, error };
    if (error === null) return note({ ...tried, status: 'success' });
    if (wait === undefined) return note({ ...tried, status: 'failed' });
    const next_retry_at = new Date(Date.now() + wait * pace).toISOString();
    note({ ...tried, next_retry_at });
    await sleep(wait * pace, undefined, { signal });
  }
};

const NOT_LOOPBACK =
  'the local server delivers to loopback alone (localhost, 127.0.0.1, [::1]): nothing was sent';

/** A URL as it parses: `http://127.1` and `http://0x7f000001` are 127.0.0.1 as well. */
const isLoopback = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
};

/** What an endpoint said to a webhook, and why that is no success. */
interface Said {
  readonly status: number | null;
  readonly error: string | null;
}

/** One POST on a connection of its own. Redirects are not followed. Whatever happens, it is told. */
const posted = (
  url: string,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Said> =>
  new Promise<Said>((resolve) => {
    const send = new URL(url).protocol === 'https:' ? secureRequestOf : requestOf;
    const length = { 'content-length': bytes.length };
    const options = { method: 'POST', headers: { ...headers, ...length }, agent: false, signal };
    const failed = ({ message }: Error): void => resolve({ status: null, error: message });
    const request = send(url, options, (response) => {
      const { statusCode: status = 0 } = response;
      const isTaken = status >= 200 && status < 300;
      response.on('error', () => {}).resume();
      resolve({ status, error: isTaken ? null : `the endpoint answered with ${status}` });
    });
    // In all: one that sends a byte now and then is not silent, and says nothing.
    const timer = setTimeout(
      () => request.destroy(new Error(`the endpoint did not answer within ${PATIENCE} ms`)),
      PATIENCE,
    );
    request.on('error', failed);
    request.once('close', () => {
      clearTimeout(timer);
      failed(new Error('the endpoint closed the connection instead of answering')); // an upgrade
    });
    request.end(bytes);
    // A URL may be one, and yet none to connect to: `http://%ff@localhost`.
  }).catch(({ message }: Error) => ({ status: null, error: message }));
