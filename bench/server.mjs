// The other end of the loopback, in a process of its own: told on its command line what to serve,
// it prints its port and lives until its standard input ends.
import { once } from 'node:events';
import { createServer } from 'node:http';
import process from 'node:process';
import { stream } from './shapes.mjs';

const { shape, isEndless = false, ...options } = JSON.parse(process.argv[2]);
const parts = stream(shape, options);
// Of a stream that does not end, the beginning is all that comes.
if (isEndless) parts.length = 1;

const server = createServer(async (request, response) => {
  request.resume();
  response.on('error', () => {});
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of parts) {
    if (!response.write(part) && !response.destroyed) await once(response, 'drain').catch(() => {});
  }
  if (!isEndless) response.end();
});

// What a reader keeps for its next request must not die while that is busy.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', 4096, () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on('end', () => process.exit());
