import { parseArgs } from 'node:util';
import { localRoutes, localServer } from 'm8tes-rx/testing';

// The hosted API on this machine, in memory: point any client of the API at the printed address,
// with any key that begins with m8_.
//
//   npm run server -- --port 4610
//   npm run server -- --routes

const usable = /^\d{1,5}$/;

const stop = (reason: string): never => {
  console.error(reason);
  process.exit(1);
};

const asked = (): { readonly port: number; readonly routes: boolean } => {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4610' },
        routes: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (usable.test(values.port) && port < 65_536) return { port, routes: values.routes };
  } catch {
    // An option it does not know.
  }
  return stop(
    'usage: local-server [--port <0 to 65535>], where 0 is any free port; or --routes, which lists them',
  );
};

const { port, routes } = asked();

if (routes) {
  const width = Math.max(...localRoutes.map(({ name }) => name.length));
  for (const { name, method, path } of localRoutes) {
    console.log(`${name.padEnd(width)}  ${method.padEnd(6)}  ${path}`);
  }
  process.exit(0);
}

const server = await localServer({ port }).catch((error: NodeJS.ErrnoException) =>
  stop(
    error.code === 'EADDRINUSE'
      ? 'the port is taken; choose another with --port, or --port 0 for any free one'
      : `cannot listen: ${error.message}`,
  ),
);

console.log(server.url);
console.log(`
Point any client at it, in any language:
  export M8TES_BASE_URL=${server.url}
  export M8TES_API_KEY=m8_local   # any key that begins with m8_ is an account of its own
What it answers is listed by --routes. Stop it with Ctrl-C.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.log(`\nclosed after ${server.runs().length} runs`);
    process.exit(0);
  });
}
