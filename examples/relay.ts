import { parseArgs } from 'node:util';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { redisLog } from 'm8tes-rx/redis';
import { createClient } from 'redis';
import { connected } from './connected';
import { serve } from './relay/serve';

// A relay on this machine, for development: point any client of the API at the printed address. It
// stands on the API when M8TES_API_KEY is set, and on a local server when it is not; it keeps runs in
// Redis when REDIS_URL is set, where other relays find them, and in memory when it is not.
//
//   npm run relay -- --port 4620
//   REDIS_URL=redis://127.0.0.1:6379 npm run relay -- --port 4621 --lease 2000

const { REDIS_URL, M8TES_BASE_URL } = process.env;

const stop = (reason: string): never => {
  console.error(reason);
  process.exit(1);
};

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const asked = (): { readonly port: number; readonly lease: number | undefined } => {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string', default: '4620' }, lease: { type: 'string' } },
    });
    const { port, lease = '5000' } = values;
    if (/^\d{1,5}$/.test(port) && Number(port) < 65_536 && /^[1-9]\d{0,8}$/.test(lease)) {
      return { port: Number(port), lease: Number(lease) };
    }
  } catch {
    // An option it does not know.
  }
  return stop(
    'usage: relay [--port <0 to 65535>], where 0 is any free port; [--lease <milliseconds>], after ' +
      'which another relay goes on with the runs of one that has died',
  );
};

/** The log, and where it is. */
const kept = async (): Promise<{ readonly log: RunLog; readonly what: string }> => {
  if (!REDIS_URL) return { log: memoryLog(), what: 'in memory' };
  try {
    const redis = createClient({ url: REDIS_URL });
    let isThere = false;
    redis.on('error', (error) => (isThere ? console.error : stop)(`Redis: ${reasonOf(error)}`));
    await redis.connect();
    isThere = true;
    return { log: redisLog(redis), what: 'in Redis' };
  } catch (error) {
    return stop(`Redis, of REDIS_URL: ${reasonOf(error)}`);
  }
};

const { port, lease } = asked();
const { log, what } = await kept();

const relay = await connected()
  .then(async ({ client, where }) => ({ where, ...(await serve({ client, log, port, lease })) }))
  .catch((error: NodeJS.ErrnoException) =>
    stop(
      error.code === 'EADDRINUSE'
        ? 'the port is taken; choose another with --port, or --port 0 for any free one'
        : reasonOf(error),
    ),
  );
if (relay.url === M8TES_BASE_URL) stop('M8TES_BASE_URL is this relay itself: unset it here');

console.log(`relay at ${relay.url} (its runs are of ${relay.where}; they are kept ${what})

Point any client of the API at it, in any language:
  export M8TES_BASE_URL=${relay.url}
  export M8TES_API_KEY=m8_local   # any key that begins with m8_: it goes no further than here
For development only: whoever is on this machine may do anything. Stop it with Ctrl-C.`);

const leave = (): void => {
  void relay.close().then(() => {
    console.log('\nclosed');
    process.exit(0);
  });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
process.once('disconnect', leave); // whoever started it has gone
