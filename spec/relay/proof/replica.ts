/**
 * A process of a relay, as one deploys it three times: `replica.mjs <api> <redis port> <lease> <client>`.
 * It tells its parent where it listens, which offices it takes, and what its log answers to it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'm8tes-rx';
import { redisLog } from 'm8tes-rx/redis';
import { createRelay, toNode, type Acquired, type Appended, type RunLog } from 'm8tes-rx/relay';
import { Redis } from 'ioredis';
import { createClient as nodeRedis } from 'redis';

/** What a replica tells. */
export type Telling =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'took'; readonly owner: string }
  | {
      readonly type: 'answered';
      readonly run: string;
      readonly as: Acquired['type'] | Appended['type'] | 'released';
    }
  | { readonly type: 'memory'; readonly used: number };

/** Set by Node's `--expose-gc`. */
declare const gc: () => void;

const [baseUrl = '', port = '', lease = '', kind = ''] = process.argv.slice(2);

const tell = (telling: Telling): void => void process.send?.(telling, () => {});

/** The log, with a witness of what it answers to this process. */
const witnessed = (log: RunLog): RunLog => ({
  ...log,
  acquire: async (run, owner, ...more) => {
    const answer = await log.acquire(run, owner, ...more);
    if (answer.type === 'yours') tell({ type: 'took', owner });
    tell({ type: 'answered', run, as: answer.type });
    return answer;
  },
  append: async (batch) => {
    const answer = await log.append(batch);
    tell({ type: 'answered', run: batch.run, as: answer.type });
    return answer;
  },
  release: async (run, owner) => {
    tell({ type: 'answered', run, as: 'released' });
    await log.release(run, owner);
  },
});

const connected = async () => {
  if (kind === 'ioredis') {
    const redis = new Redis(Number(port), '127.0.0.1', { retryStrategy: () => 20 });
    return redis.on('error', () => {});
  }
  const url = `redis://127.0.0.1:${port}`;
  const redis = nodeRedis({ url, socket: { reconnectStrategy: () => 20 } });
  redis.on('error', () => {});
  return redis.connect();
};

const replica = async (): Promise<void> => {
  const relay = createRelay({
    client: createClient({ baseUrl, apiKey: 'm8_relay' }),
    log: witnessed(redisLog(await connected(), { limit: 128 * 1024 * 1024 })),
    authorize: () => ({ owner: 'somebody' }),
    expose: 'all',
    lease: Number(lease),
    keepAlive: 500,
  });
  const server = createServer(toNode(relay.handler));
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    tell({ type: 'listening', url: `http://127.0.0.1:${port}` });
  });
  process.on('message', () => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    tell({ type: 'memory', used: heapUsed + external });
  });
  process.on('disconnect', () => process.exit());
};

void replica();
