// A Redis of the bench's own, on loopback: without persistence, as a log needs none.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createClient } from 'redis';

const version = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });

/** Undefined where there is none. */
export const redisVersion = /v=([\d.]+)/.exec(version.stdout ?? '')?.[1];

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

const ready = (server) =>
  new Promise((resolve, reject) => {
    let told = '';
    server.stdout.on('data', (bytes) => {
      told += String(bytes);
      if (told.includes('Ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`redis-server ended:\n${told}`)));
  });

export const aRedis = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-bench-'));
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  await ready(server);
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  client.on('error', () => {});
  await client.connect();
  return {
    port,
    /** Microseconds of all that it did. */
    cpu: async () => {
      const told = await client.info('cpu');
      const seconds = [...told.matchAll(/^used_cpu_(?:user|sys):([\d.]+)/gm)];
      return seconds.reduce((sum, [, each]) => sum + Number(each) * 1e6, 0);
    },
    /** Bytes that a run takes in it. */
    bytesOf: async (run) => {
      let bytes = 0;
      for (const key of [':m', ':l']) {
        bytes += Number(
          await client.sendCommand(['MEMORY', 'USAGE', `{m8tes:${run}}${key}`, 'SAMPLES', '0']),
        );
      }
      return bytes;
    },
    end: async () => {
      client.destroy();
      const exit = once(server, 'exit');
      kill();
      await exit;
      process.off('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
