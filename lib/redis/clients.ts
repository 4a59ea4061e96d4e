import { noop } from 'rxjs';
import { InvalidArgumentError } from '../errors';

/** A handler of an event, with up to two things that come with it. @inline */
type Listener = (first: string, second: string) => void;

/** What node-redis hands a message to. @inline */
type OnMessage = (message: string, channel: string) => void;

/** What is used of a client, or a cluster, of `redis` (node-redis) 5 or newer. */
export interface NodeRedis {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  duplicate(): {
    connect(): Promise<unknown>;
    on(event: string, listener: Listener): unknown;
    sSubscribe(channel: string, listener: OnMessage): Promise<unknown>;
    sUnsubscribe(channel: string, listener: OnMessage): Promise<unknown>;
    destroy(): unknown;
  };
}

/** What is used of a `Redis` or a `Cluster` of `ioredis` 5 or newer. */
export interface IoRedis {
  evalsha(sha: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  duplicate(...overrides: never[]): {
    on(event: string, listener: Listener): unknown;
    ssubscribe(channel: string): Promise<unknown>;
    sunsubscribe(channel: string): Promise<unknown>;
    disconnect(): void;
  };
  readonly isCluster: boolean;
  readonly options: { readonly keyPrefix?: string | undefined };
}

/** What is told on channels. */
export interface Hearing {
  readonly onMessage: (channel: string, message: string) => void;
  /** The connection is there, or there again: what was told meanwhile was not heard. */
  readonly onReady: () => void;
}

/** A connection that only listens. */
export interface Ear {
  readonly listen: (channel: string) => Promise<unknown>;
  readonly leave: (channel: string) => Promise<unknown>;
  readonly close: () => void;
}

/** Redis, whichever client speaks to it. */
export interface Redis {
  readonly evalsha: (
    sha: string,
    keys: readonly string[],
    args: readonly string[],
  ) => Promise<unknown>;
  readonly eval: Redis['evalsha'];
  readonly hear: (hearing: Hearing) => Ear;
}

const nodeRedis = (client: NodeRedis): Redis => ({
  evalsha: (sha, keys, args) => client.evalSha(sha, { keys: [...keys], arguments: [...args] }),
  eval: (script, keys, args) => client.eval(script, { keys: [...keys], arguments: [...args] }),
  hear: ({ onMessage, onReady }) => {
    const ear = client.duplicate();
    let isOver = false;
    // One that is destroyed while it connects is connected afterwards: that has to be awaited.
    let isConnecting = true;
    const destroy = (): void => {
      if (isOver && !isConnecting) ear.destroy();
    };
    const settled = (): void => {
      isConnecting = false;
      destroy();
    };
    const ready = (): void => {
      settled();
      if (!isOver) onReady();
    };
    ear.on('reconnecting', () => (isConnecting = true));
    ear.on('error', settled); // without a listener a dropped socket throws
    ear.on('ready', ready);
    ear.on('node-ready', ready); // of a cluster
    const listener: OnMessage = (message, channel) => onMessage(channel, message);
    const connected = ear.connect();
    connected.then(settled).catch(noop);
    return {
      listen: (channel) => connected.then(() => ear.sSubscribe(channel, listener)),
      leave: (channel) => connected.then(() => ear.sUnsubscribe(channel, listener)),
      close: () => {
        isOver = true;
        destroy();
      },
    };
  },
});

const ioRedis = (client: IoRedis): Redis => ({
  evalsha: (sha, keys, args) => client.evalsha(sha, keys.length, ...keys, ...args),
  eval: (script, keys, args) => client.eval(script, keys.length, ...keys, ...args),
  hear: ({ onMessage, onReady }) => {
    // Of a cluster, each channel belongs to a node.
    const overrides = client.isCluster ? [[], { shardedSubscribers: true }] : [];
    const ear = client.duplicate(...(overrides as never[]));
    ear.on('error', noop);
    ear.on('ready', onReady);
    // It puts its own prefix before channels, too, and does not take it off again.
    const prefix = client.options.keyPrefix?.length ?? 0;
    ear.on('smessage', (channel, message) => onMessage(channel.slice(prefix), message));
    return {
      listen: (channel) => ear.ssubscribe(channel),
      leave: (channel) => ear.sunsubscribe(channel),
      close: () => ear.disconnect(),
    };
  },
});

/** Either client, told apart by how it spells its commands. */
export const redisOf = (client: NodeRedis | IoRedis): Redis => {
  const given: unknown = client;
  if (typeof given === 'object' && given !== null) {
    if ('evalSha' in client && 'duplicate' in client) return nodeRedis(client);
    if ('evalsha' in client && 'duplicate' in client) return ioRedis(client);
  }
  throw new InvalidArgumentError('client', 'must be a client of `redis` or `ioredis`, 5 or newer');
};
