// Where a variant's bytes come from: chunks in memory, or a server in another process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { ReadableStream } from 'node:stream/web';
import { bench, fetch, Response } from './here.mjs';

const headers = { 'content-type': 'text/event-stream' };

/** An answer over chunks in memory, one a pull. */
export const answer = (chunks) => {
  let at = 0;
  const body = new ReadableStream({
    pull: (controller) => {
      if (at < chunks.length) controller.enqueue(chunks[at++]);
      else controller.close();
    },
  });
  return new Response(body, { headers });
};

export const inMemory = (chunks) => ({
  url: 'http://127.0.0.1',
  fetch: async () => answer(chunks),
});

/** Runs `use` with a server in another process, told what to serve. */
export const served = async (options, use) => {
  const server = spawn(execPath, [join(bench, 'server.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(server.stdout, 'data');
    return await use({ url: `http://127.0.0.1:${Number(port)}/`, fetch });
  } finally {
    server.stdin.end();
    await once(server, 'exit');
  }
};
