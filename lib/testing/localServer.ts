import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { defer, finalize, type MonoTypeOperatorFunction } from 'rxjs';
import { exchange, type ReceivedRequest } from './exchange';
import { faultList, type Fault } from './faults';
import type { Line } from './Line';
import type { RunRecord } from './records';
import { fire } from './routes/triggers';
import { executing } from './runs/HeldRun';
import type { Script } from './Script';
import { assistant } from './scripts';
import { newWorld, type World } from './World';

export interface LocalServerOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** What each run does with a message. Default: {@link assistant}. */
  readonly script?: Script | undefined;
  /**
   * Milliseconds before each event. Default 25, for people; 0 for specs. The waits between the tries
   * of a webhook grow with it.
   */
  readonly pace?: number | undefined;
  /** Milliseconds between the comments that keep a stream alive. Default 15,000. */
  readonly keepAlive?: number | undefined;
  readonly faults?: readonly Fault[] | undefined;
  /** What a join replays: all turns of the run, or the one it is executing. Default `whole`. */
  readonly history?: 'whole' | 'turn' | undefined;
  /** Whether streams stay open while the run waits for people. Default `open`. */
  readonly pauses?: 'open' | 'hang-up' | undefined;
  /** Decides the names that the server makes up. Default 1. */
  readonly seed?: number | undefined;
}

/** A server that is listening. */
export interface LocalServer {
  /** The base URL of its API: `http://127.0.0.1:4610/api/v2`. */
  readonly url: string;
  /** The records of all runs, oldest first. */
  readonly runs: () => readonly RunRecord[];
  /** The requests that it got, in order. */
  readonly requests: () => readonly ReceivedRequest[];
  /** Sockets open now. */
  readonly connections: () => number;
  /** Event streams open now. */
  readonly streams: () => number;
  readonly fault: (...faults: readonly Fault[]) => void;
  /** Starts the task of a schedule, now, and gives the record of the run. Nothing else starts one. */
  readonly fire: (trigger_id: string) => RunRecord;
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
 */
export const localServer = async ({
  port = 0,
  script = assistant,
  pace = 25,
  keepAlive = 15_000,
  faults: initialFaults = [],
  history = 'whole',
  pauses = 'open',
  seed = 1,
}: LocalServerOptions = {}): Promise<LocalServer> => {
  const world = newWorld({ script, pace, history, pauses }, seed);
  const faults = faultList(initialFaults);
  const received: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  let streams = 0;

  const counted: MonoTypeOperatorFunction<Line> = (body) =>
    defer(() => {
      streams++;
      return body.pipe(finalize(() => streams--));
    });
  const note = (request: ReceivedRequest) => received.push(request);
  const all = { world, faults, note, keepAlive, counted };

  // A socket that a client keeps for later is not closed under its next request.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    // Only a request that broke off on its way rejects: nobody waits for its answer.
    exchange(all, request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listening(server, port);
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `${world.origin}/api/v2`,
    runs: () => held(world).map(({ record }) => record),
    requests: () => [...received],
    connections: () => sockets.size,
    streams: () => streams,
    fault: faults.add,
    fire: (trigger_id) => fire(world, trigger_id),
    close: () => {
      world.closing.abort();
      for (const run of held(world)) {
        run.queue.length = 0;
        executing(run)?.stop.abort();
      }
      return closed(server, sockets);
    },
  };
};

const held = ({ accounts }: World) =>
  [...accounts.values()]
    .flatMap(({ runs }) => [...runs.values()])
    .sort((a, b) => a.record.id - b.record.id);

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

const closed = (server: Server, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
