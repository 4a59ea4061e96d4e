import type * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { allowed, rule, type Rules } from './allowed';
import type { Answer } from './answers';
import { builtin } from './builtin';
import { joined } from './bytes';
import { byLoop } from './clock';
import { apiRules, localApi, type LocalApi, type LocalApiOptions } from './LocalApi';
import { bySocket, toLoopback } from './posting';
import type { Incoming } from './request';
import type { Scripted } from './scripted';
import { assistant } from './scripts';

export interface LocalServerOptions extends LocalApiOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** What each run does with a message; of several, each run the next. Default: {@link assistant}. */
  readonly script?: Scripted | readonly Scripted[] | undefined;
  /**
   * Milliseconds before each event. Default 25, for people; 0 for specs. The waits between the tries
   * of a webhook grow with it.
   */
  readonly pace?: number | undefined;
}

const rules: Rules<LocalServerOptions> = {
  ...apiRules,
  port: {
    test: (value) => Number.isSafeInteger(value),
    must: 'must be a port, 0 for any free one',
  },
  script: rule.anything,
};

/** A server that is listening. */
export interface LocalServer extends LocalApi {
  /** The base URL of its API: `http://127.0.0.1:4610/api/v2`. */
  readonly url: string;
  /** Sockets open now. */
  readonly connections: () => number;
  /** Closes every socket, and stops every run and every webhook on its way. */
  readonly close: () => Promise<void>;
}

/**
 * The hosted API on loopback, in memory: any client of the API can be pointed at it.
 *
 * ```ts
 * import { createClient } from 'm8tes-rx';
 * import { localServer } from 'm8tes-rx/testing';
 *
 * const server = await localServer({ pace: 0 });
 * const client = createClient({ baseUrl: server.url, apiKey: 'm8_test' });
 * // …
 * await server.close();
 * ```
 *
 * @see fakeFetch for the same without a socket
 */
export const localServer = async (options: LocalServerOptions = {}): Promise<LocalServer> => {
  allowed('', options, rules);
  const { port = 0, script = assistant, pace = 25, ...others } = options;
  const { api, answer, stop } = localApi(script, { pace, ...others }, toLoopback(bySocket), byLoop);
  const sockets = new Set<Socket>();
  let origin = '';

  const { createServer } = await builtin<typeof http>('node:http');
  // A socket that a client keeps for later is not closed under its next request.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    read(request)
      .then((incoming) => {
        const answered = answer(incoming, origin);
        if (answered === undefined) response.socket?.destroy();
        else send(response, answered);
      })
      // Only a request that broke off on its way rejects: nobody waits for its answer.
      .catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listening(server, port);
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...api,
    url: `${origin}/api/v2`,
    connections: () => sockets.size,
    close: () => {
      const closing = closed(server, sockets);
      stop(); // and no stream looks as if it had ended
      return closing;
    },
  };
};

/** Reads a request. Rejects when its sender goes away. */
const read = async (request: http.IncomingMessage): Promise<Incoming> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const { method = 'GET', url = '/', headers } = request;
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return { method, url, headers: Object.fromEntries<string>(texts), bytes: joined(chunks) };
};

/** Sends an answer. A client that goes away stops the sending, never the run. */
const send = (response: http.ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, headers);
  response.flushHeaders();
  const subscription = body.subscribe({
    next: ({ bytes }) => void response.write(bytes),
    // What was written still goes out; then the socket is gone, and the body without its end.
    error: () => response.socket?.destroySoon(),
    complete: () => response.end(),
  });
  response.once('close', () => subscription.unsubscribe());
};

const listening = (server: http.Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

const closed = (server: http.Server, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
