import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from 'm8tes-rx';
import { redisLog } from 'm8tes-rx/redis';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { createClient as connectTo } from 'redis';
import { serve } from '../serve';

/** One of the machines on which the relay is. */
export interface Machine {
  readonly port: number;
  /** Ends it, and says how. */
  readonly end: () => Promise<string>;
}

/** Machines, and the log that they have in common. */
export interface Machines {
  readonly all: readonly Machine[];
  readonly log: RunLog;
}

/** Milliseconds after which another machine goes on with the runs of one that has died. */
const lease = 1_500;
const apiKey = 'm8_demo';

const portOf = (url: string): number => Number(new URL(url).port);

/** What `npm run relay` says first. */
const urlOf = async (child: ChildProcess): Promise<string> => {
  let told = '';
  const ended = once(child, 'exit').then(() => {
    throw new Error('a relay ended before it had begun');
  });
  ended.catch(() => {});
  for (;;) {
    const url = /^relay at (\S+) /.exec(told)?.[1];
    if (url !== undefined) return url;
    const [bytes] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [unknown];
    told += String(bytes);
  }
};

/** Processes that each run a file, which is `npm run relay`'s, with their log in Redis. */
export const processes = async (
  count: number,
  file: string,
  api: string,
  redis: string,
): Promise<Machines> => {
  const env = { ...process.env, M8TES_API_KEY: apiKey, M8TES_BASE_URL: api, REDIS_URL: redis };
  const start = async (): Promise<Machine> => {
    const child = fork(file, ['--port', '0', '--lease', `${lease}`], {
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    process.prependOnceListener('exit', () => child.kill('SIGKILL')); // before Redis, which they miss
    const port = portOf(await urlOf(child));
    return {
      port,
      end: async () => {
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
        return `killed: SIGKILL, process ${child.pid}`;
      },
    };
  };
  const client = connectTo({ url: redis });
  client.on('error', () => {}); // without a listener a dropped socket throws
  await client.connect();
  return {
    all: await Promise.all(Array.from({ length: count }, start)),
    log: redisLog(client),
  };
};

/** The same in this process, where Redis is not installed: they are closed, and not killed. */
export const embedded = async (count: number, api: string): Promise<Machines> => {
  const log = memoryLog();
  const start = async (): Promise<Machine> => {
    const client = createClient({ apiKey, baseUrl: api });
    const { url, close } = await serve({ client, log, lease });
    return { port: portOf(url), end: () => close().then(() => 'closed, and its sockets with it') };
  };
  return { all: await Promise.all(Array.from({ length: count }, start)), log };
};
