// Where a variant's bytes come from: chunks in memory, or a server in another process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { ReadableStream } from 'node:stream/web';
import { AbortController, bench, fetch, Response } from './here.mjs';
import { request } from './request.mjs';

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

/** Where a stream is: a client takes `url` and `fetch`; who has no client has an answer from `open`. */
export const inMemory = (chunks) => {
  const open = async () => answer(chunks);
  return { url: 'http://127.0.0.1/', fetch: open, open };
};

/** Runs `use` with a server in another process, told what to serve. */
export const served = async (options, use) => {
  const server = spawn(execPath, [join(bench, 'server.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(server.stdout, 'data');
    const url = `http://127.0.0.1:${Number(port)}/`;
    return await use({ url, fetch, open: () => request(url, new AbortController().signal) });
  } finally {
    server.stdin.end();
    await once(server, 'exit');
  }
};
