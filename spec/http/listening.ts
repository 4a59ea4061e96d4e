import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const servers: { readonly server: Server; readonly sockets: ReadonlySet<Socket> }[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      ({ server, sockets }) =>
        new Promise((resolve) => {
          server.close(resolve);
          sockets.forEach((socket) => socket.destroy());
        }),
    ),
  );
});

/** A bare server of the spec's own on loopback, closed after it: only a real socket shows teardown. */
export const listening = async (handle: RequestListener) => {
  const sockets = new Set<Socket>();
  // Node's fetch opens a spare socket for each that it aborts, and lets go of it seconds later.
  const inUse = new Set<Socket>();
  let connected = 0;
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    inUse.add(request.socket);
    handle(request, response);
  });
  server.on('connection', (socket) => {
    connected++;
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      inUse.delete(socket);
    });
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Requests whose headers came in. */
    asked,
    /** Sockets open now that a request came on. */
    sockets: () => inUse.size,
    /** Sockets that were ever opened. */
    connected: () => connected,
  };
};
