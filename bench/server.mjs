// The other end of the loopback, in a process of its own: told on its command line what to serve,
// it prints its port and lives until its standard input ends.
import { once } from 'node:events';
import { createServer } from 'node:http';
import process from 'node:process';
import { chunks, corpus } from './corpus.mjs';

const { events, size } = JSON.parse(process.argv[2]);
const parts = chunks(corpus(events), 'm8tes', size);

const server = createServer(async (request, response) => {
  request.resume();
  response.on('error', () => {});
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of parts) {
    if (!response.write(part) && !response.destroyed) await once(response, 'drain').catch(() => {});
  }
  response.end();
});

server.listen(0, '127.0.0.1', 4096, () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on('end', () => process.exit());
