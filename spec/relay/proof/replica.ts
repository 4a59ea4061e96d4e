/**
 * A process of a relay, as one deploys it three times: `replica.mjs <api> <redis port> <lease> <client>`.
 * It tells its parent where it listens, which offices it takes, and what its log answers.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'm8tes-rx';
import { redisLog } from 'm8tes-rx/redis';
import { createRelay, type Appended, type RunLog } from 'm8tes-rx/relay';
import { Redis } from 'ioredis';
import { createClient as nodeRedis } from 'redis';

/** What a replica tells. */
export type Telling =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'took'; readonly run: string; readonly owner: string; readonly epoch: number }
  | {
      readonly type: 'answered';
      readonly run: string;
      readonly epoch: number;
      readonly as: Appended['type'];
    }
  | { readonly type: 'memory'; readonly used: number; readonly resident: number };

/** Set where its memory is measured, by Node's `--expose-gc`. */
declare const gc: (() => void) | undefined;

const [baseUrl = '', port = '', lease = '', kind = ''] = process.argv.slice(2);

const tell = (telling: Telling): void => void process.send?.(telling, () => {});

/** The log, with a witness of what it answers to this process. */
const witnessed = (log: RunLog): RunLog => ({
  ...log,
  acquire: async (run, owner, ...more) => {
    const answer = await log.acquire(run, owner, ...more);
    if (answer.type === 'yours') tell({ type: 'took', run, owner, epoch: answer.epoch });
    return answer;
  },
  append: async (batch) => {
    const answer = await log.append(batch);
    tell({ type: 'answered', run: batch.run, epoch: batch.epoch, as: answer.type });
    return answer;
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
  await redis.connect();
  return redis;
};

const replica = async (): Promise<void> => {
  const relay = createRelay({
    client: createClient({
      baseUrl,
      apiKey: 'm8_relay',
      timeouts: { linger: 50, idle: 5_000 },
      resume: { attempts: 20, delay: 20, maxDelay: 500 },
    }),
    log: witnessed(redisLog(await connected(), { poll: 500, limit: 256 * 1024 * 1024 })),
    authorize: (request) => {
      const owner = request.headers.get('authorization');
      return owner === null ? undefined : { owner };
    },
    expose: 'all',
    lease: Number(lease),
    linger: 1_000,
    keepAlive: 250,
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const leaving = new AbortController();
    response.once('close', () => leaving.abort());
    const { method = 'GET', url = '/', headers } = request;
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const told = await relay.handler(
      new Request(`http://relay.test${url}`, {
        method,
        headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
        signal: leaving.signal,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      }),
    );
    response.writeHead(told.status, Object.fromEntries(told.headers));
    response.flushHeaders();
    const reader = told.body?.getReader();
    for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
      if (!response.write(read.value)) await once(response, 'drain', { signal: leaving.signal });
    }
    response.end();
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    tell({ type: 'listening', url: `http://127.0.0.1:${port}` });
  });

  process.on('message', () => {
    gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    tell({ type: 'memory', used: heapUsed + external, resident: rss });
  });
  process.on('disconnect', () => process.exit());
};

void replica();
