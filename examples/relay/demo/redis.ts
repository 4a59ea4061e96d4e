import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The oldest Redis that the log is kept in. */
const OLDEST = 7;

const isThere = (): boolean => {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return Number(/ v=(\d+)/.exec(stdout ?? '')?.[1]) >= OLDEST;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** A Redis of the demo's own, on loopback, which is gone with it; undefined where none is installed. */
export const ownRedis = async (): Promise<string | undefined> => {
  if (!isThere()) return undefined;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-demo-'));
  const where = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const child = spawn('redis-server', where, { stdio: ['ignore', 'pipe', 'ignore'] });
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  for (let told = ''; !told.includes('Ready to accept connections');) {
    const [bytes] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [
      unknown,
    ];
    if (child.exitCode !== null) throw new Error(`redis-server ended:\n${told}`);
    told += String(bytes);
  }
  child.stdout.resume();
  return `redis://127.0.0.1:${port}`;
};
