import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real Redis of the spec's own, on loopback, in a folder of its own. */
export interface ARedis {
  readonly port: number;
  readonly process: () => ChildProcess;
  /** Ends it, at once or properly, and starts it again on the same port and folder; `emptied` of all. */
  readonly restart: (signal: 'SIGKILL' | 'SIGTERM', folder?: 'emptied') => Promise<void>;
  readonly stop: () => Promise<void>;
}

const isThere = spawnSync('redis-server', ['--version']).status === 0;
if (!isThere && process.env['CI']) {
  throw new Error('redis-server is not on the PATH, and nothing is skipped in CI: install it');
}
if (!isThere) {
  console.warn(
    'SKIPPED: redis-server is not on the PATH, so lib/redis is not tested on a real one. Install it.',
  );
}

/** `describe`, where there is a Redis. */
export const describeRedis: Pick<jest.Describe, 'each'> & ((name: string, fn: () => void) => void) =
  isThere ? describe : describe.skip;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

export const aRedis = async (...options: readonly string[]): Promise<ARedis> => {
  const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-redis-'));
  const port = await freePort();
  let child: ChildProcess;

  const start = (): Promise<void> => {
    const own = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder];
    child = spawn('redis-server', [...own, '--save', '', ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return new Promise((resolve, reject) => {
      let told = '';
      child.stdout?.on('data', (bytes: Buffer) => {
        told += String(bytes);
        if (told.includes('Ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`redis-server ended:\n${told}`)));
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };

  await start();
  return {
    port,
    process: () => child,
    restart: async (signal, how) => {
      await end(signal);
      if (how === 'emptied') {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      }
      await start();
    },
    stop: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** What a node of a cluster is asked, by a process of its own: it needs no client. */
const asked = (port: number, ...words: readonly string[]): string => {
  const { stdout, stderr } = spawnSync('redis-cli', ['-p', `${port}`, ...words], {
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
};

/** A cluster of two nodes, each with half of the slots. */
export const aCluster = async () => {
  const bus = await Promise.all([freePort(), freePort()]);
  const node = (port: number) =>
    aRedis(
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      `${port}`,
      '--cluster-node-timeout',
      '2000',
    );
  const nodes = await Promise.all(bus.map(node));
  const ports = nodes.map(({ port }) => port);
  asked(ports[0]!, 'CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
  asked(ports[1]!, 'CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
  asked(ports[0]!, 'CLUSTER', 'MEET', '127.0.0.1', `${ports[1]}`, `${bus[1]}`);
  const isWhole = (port: number) => {
    const info = asked(port, 'CLUSTER', 'INFO');
    return info.includes('cluster_state:ok') && info.includes('cluster_slots_assigned:16384');
  };
  while (!ports.every(isWhole)) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    ports,
    keys: async () => ports.map((port) => Number(asked(port, 'DBSIZE'))),
    stop: async () => {
      await Promise.all(nodes.map(({ stop }) => stop()));
    },
  };
};
