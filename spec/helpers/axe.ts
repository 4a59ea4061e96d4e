import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { random } from '../../lib/testing/random';

/** A proxy on loopback that cuts connections at random, which its seed decides. */
export interface Axe {
  readonly port: number;
  /** Where connections go from now on. */
  readonly to: (port: number) => void;
  readonly connections: () => number;
  readonly cut: () => number;
  /** Sockets open now that a request went over: Node's fetch has spare ones, for seconds. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

/** One in so many connections is let be. */
const SPARED = 0.3;
/** The others have so many bytes of an answer to live. */
const LIFE = 4_000;

/** Answers whose head matches `spared` are let be. */
export const axe = async (seed: number, spared: RegExp): Promise<Axe> => {
  const chance = random(seed);
  const sockets = new Set<Socket>();
  const inUse = new Set<Socket>();
  let target = 0;
  let connections = 0;
  let cut = 0;

  const held = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket
      .once('close', () => [sockets, inUse].forEach((set) => set.delete(socket)))
      .on('error', () => socket.destroy());
  };
  const ways: readonly ((socket: Socket) => unknown)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.destroy(),
    (socket) => socket.destroySoon(), // what was written still goes out, as in a proper end
  ];

  const server = createServer((client) => {
    connections++;
    let left = chance() < SPARED ? Infinity : Math.floor(chance() * LIFE);
    const way = ways[Math.floor(chance() * ways.length)]!;
    const upstream = held(connect(target, '127.0.0.1'));
    held(client).once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroySoon());
    client.once('data', () => {
      [client, upstream]
        .filter((socket) => !socket.destroyed)
        .forEach((socket) => inUse.add(socket));
    });
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.once('data', (head: Buffer) => {
      if (spared.test(head.toString('latin1'))) left = Infinity;
    });
    upstream.on('data', (bytes: Buffer) => {
      client.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left > 0 || client.destroyed) return;
      cut++;
      way(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    to: (port) => void (target = port),
    connections: () => connections,
    cut: () => cut,
    open: () => inUse.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
};
