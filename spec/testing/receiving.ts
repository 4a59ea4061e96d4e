import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A webhook as it arrived. */
export interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When, in milliseconds. */
  readonly at: number;
}

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    ),
  );
});

/** What one is answered with, now or later; 0 for never. */
export type Status = number | Promise<number>;

/** A server of the spec's own that takes webhooks; it answers with these statuses, then with 204. */
export const receiving = async (...statuses: readonly Status[]) => {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      arrived.push({
        path: request.url ?? '',
        headers: request.headers,
        body,
        at: performance.now(),
      });
      const status = await (statuses[arrived.length - 1] ?? 204);
      if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  /** Their kinds, in the order of their names: two that are sent at once may overtake each other. */
  const kinds = () =>
    arrived.map(({ body }) => (JSON.parse(body.toString()) as { type: string }).type).sort();
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  return { url, arrived, kinds, connections };
};
