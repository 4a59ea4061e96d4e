import { parseArgs } from 'node:util';
import { localServer } from 'm8tes-rx/testing';

// The hosted API on this machine, in memory: point any client of the API at the printed address,
// with any key that begins with m8_.
//
//   npm run server -- --port 4610

const usable = /^\d{1,5}$/;

const stop = (reason: string): never => {
  console.error(reason);
  process.exit(1);
};

const port = (): number => {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '4610' } } });
    if (usable.test(values.port) && Number(values.port) < 65_536) return Number(values.port);
  } catch {
    // An option it does not know.
  }
  return stop('usage: local-server [--port <0 to 65535>], where 0 is any free port');
};

const server = await localServer({ port: port() }).catch((error: NodeJS.ErrnoException) =>
  stop(
    error.code === 'EADDRINUSE'
      ? 'the port is taken; choose another with --port, or --port 0 for any free one'
      : `cannot listen: ${error.message}`,
  ),
);

console.log(server.url);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.log(`\nclosed after ${server.runs().length} runs`);
    process.exit(0);
  });
}
