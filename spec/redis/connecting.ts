import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import type { IoRedis, NodeRedis } from '../../lib/redis/clients';

/** A client of a user, and what only the spec does with it. */
export interface Connected {
  readonly client: NodeRedis | IoRedis;
  readonly command: (...words: readonly string[]) => Promise<unknown>;
  readonly close: () => void;
}

const ignore = (): void => {};

const nodeRedis = async (port: number): Promise<Connected> => {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  client.on('error', ignore);
  await client.connect();
  return {
    client,
    command: (...words) => client.sendCommand(words),
    close: () => client.destroy(),
  };
};

const ioRedis = async (port: number): Promise<Connected> => {
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true });
  client.on('error', ignore);
  await client.connect();
  return {
    client,
    command: (name = '', ...words) => client.call(name, ...words),
    close: () => client.disconnect(),
  };
};

/** The clients that `redisLog` takes, as `it.each` and `describe.each` want them. */
export const clients = [
  ['redis', nodeRedis],
  ['ioredis', ioRedis],
] as const;

const nodeCluster = async (port: number) => {
  const client = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => void client.destroy() };
};

const ioCluster = async (port: number) => {
  const client = new Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true });
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.disconnect() };
};

export const clusters = [
  ['redis', nodeCluster],
  ['ioredis', ioCluster],
] as const;
