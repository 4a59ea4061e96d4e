// A process of a relay, as one deploys it: one, or several with one Redis.
import { once } from 'node:events';
import { createServer } from 'node:http';
import process from 'node:process';
import { createClient as createRedis } from 'redis';
import { AbortController, library, libraryRedis, libraryRelay, Request } from '../here.mjs';
import { options, serve } from './child.mjs';

/** A handler as `node:http` has it, as far as a bench goes: in a build that has no `toNode`. */
const byHand =
  (handler) =>
  async ({ url }, response) => {
    const leaving = new AbortController();
    response.on('error', () => {}).once('close', () => leaving.abort());
    const answer = await handler(new Request(`http://relay${url}`, { signal: leaving.signal }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).flushHeaders();
    const { signal } = leaving;
    for await (const chunk of answer.body) {
      if (!response.write(chunk)) await once(response, 'drain', { signal });
    }
    response.end();
  };

const { api, redis: port } = options();
const { createClient } = await library();
const { createRelay, memoryLog, toNode = byHand } = await libraryRelay();

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
