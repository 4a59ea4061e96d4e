// A process of a relay, as one deploys it: one, or several with one Redis.
import { once } from 'node:events';
import { createServer } from 'node:http';
import process from 'node:process';
import { createClient as createRedis } from 'redis';
import { library, libraryRedis, libraryRelay } from '../here.mjs';
import { options, serve } from './child.mjs';

const { api, redis: port } = options();
const { createClient } = await library();
const { createRelay, memoryLog, toNode } = await libraryRelay();

const redisLog = async () => {
  const { redisLog } = await libraryRedis();
  const redis = createRedis({ url: `redis://127.0.0.1:${port}` });
  redis.on('error', () => {});
  return redisLog(await redis.connect());
};

const relay = createRelay({
  client: createClient({ apiKey: 'm8_bench', baseUrl: api }),
  log: port === undefined ? memoryLog() : await redisLog(),
  authorize: () => ({ owner: 'bench' }),
  keepAlive: 600_000, // no comments among what is counted
});
const server = createServer(toNode(relay.handler));

serve({
  begin: async () => {
    await once(server.listen(0, '127.0.0.1', 4096), 'listening');
    return `http://127.0.0.1:${server.address().port}`;
  },
  /** Microseconds of all its threads. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
});
