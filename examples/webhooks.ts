// Webhooks, end to end: an endpoint, its handler, a run, and what the handler is told of it.
//
// The local server delivers to loopback. The real API needs an address that it can reach, such as
// that of a tunnel to port 8080: WEBHOOK_URL=https://… M8TES_API_KEY=m8_… npx tsx examples/webhooks.ts

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SignatureError, verifyWebhook, type WebhookEvent } from 'm8tes-rx/server';
import { fromEvent, ignoreElements, lastValueFrom, map, merge, mergeAll, take, tap } from 'rxjs';
import { connected } from './connected';

const { WEBHOOK_URL } = process.env;
const { client, close } = await connected();

const server = createServer().listen(WEBHOOK_URL ? 8080 : 0, '127.0.0.1');
await once(server, 'listening');
const url = WEBHOOK_URL ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const { id, secret = '' } = await lastValueFrom(
  client.webhooks.create({ url, events: ['run.started', 'run.completed', 'run.failed'] }),
);

/** The handler: what is not signed with our secret is answered with 400, and nothing else. */
const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
): Promise<readonly WebhookEvent[]> => {
  try {
    const body = await buffer(request);
    const event = await verifyWebhook({ body, headers: request.headers, secret });
    response.writeHead(204).end();
    return [event];
  } catch (error) {
    response.writeHead(error instanceof SignatureError ? 400 : 500).end();
    return [];
  }
};

const handled = (request: IncomingMessage, response: ServerResponse) => handle(request, response);
const told$ = fromEvent(server, 'request', handled).pipe(
  mergeAll(), // what was handled, once it is
  mergeAll(), // its events: one, or none
  map((event) => (event.type === 'unknown' ? event.raw : event)),
  tap(({ type, run_id }) => console.log('told and verified:', type, 'of run', run_id)),
  take(2), // how it began and how it ended: they may overtake each other
);
const run$ = client.runs.create({ message: 'Which support tickets are open?', stream: false });

try {
  await lastValueFrom(merge(told$, run$.pipe(ignoreElements())));
  await lastValueFrom(
    client.webhooks
      .deliveries(id)
      .pipe(tap(({ id, event_type }) => console.log(`kept as delivery ${id}: ${event_type}`))),
  );
} finally {
  // Whatever happened: an endpoint that is left behind would be told of every run to come.
  await lastValueFrom(client.webhooks.delete(id), { defaultValue: undefined });
  server.close();
  close();
}
