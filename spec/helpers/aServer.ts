import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that does what a spec says, and what became of its sockets. */
export interface AServer {
  /** The base URL of an API that it could be. */
  readonly url: string;
  /** When the last socket of a request closed, as `performance.now()`; waits for it. */
  readonly closed: () => Promise<number>;
  /** Once so many requests have come. */
  readonly asked: (count: number) => Promise<void>;
}

const closings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closings.splice(0).map((close) => close()));
});

/** A server of the spec's own, on loopback, closed after it. */
export const aServer = async (answer: RequestListener): Promise<AServer> => {
  const sockets = new Set<Socket>();
  // Node's fetch opens a spare socket for each that was aborted, and lets go of it seconds later.
  const inUse = new Set<Socket>();
  let requests = 0;
  let closedAt = 0;
  let news: (() => void)[] = [];
  const tell = (): void => news.splice(0).forEach((hear) => hear());
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => news.push(resolve));
  };

  const server = createServer((request, response) => {
    requests++;
    inUse.add(request.socket);
    answer(request, response);
    tell();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (!inUse.delete(socket)) return;
      closedAt = performance.now();
      tell();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(() => {
    news = [];
    return new Promise<void>((resolve) => {
      server.close(() => resolve());
      sockets.forEach((socket) => socket.destroy());
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`,
    closed: async () => {
      await until(() => inUse.size === 0);
      return closedAt;
    },
    asked: (count) => until(() => requests >= count),
  };
};
