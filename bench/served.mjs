import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { bench } from './here.mjs';

/** Runs `use` with the address of a server in another process. */
export const served = async (options, use) => {
  const server = spawn(execPath, [join(bench, 'server.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(server.stdout, 'data');
    return await use(`http://127.0.0.1:${Number(port)}/`);
  } finally {
    server.stdin.end();
    await once(server, 'exit');
  }
};
