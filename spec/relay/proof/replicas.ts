import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Telling } from './replica';

/** A process of the relay, that is killed, stopped and started again. */
export interface Replica {
  readonly name: string;
  /** Where it listens; of one that is dead, where it did. */
  readonly url: () => string;
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  /** Ends it by SIGKILL, and waits until it is dead. */
  readonly kill: () => Promise<void>;
  /** Starts it again, as another process. */
  readonly start: () => Promise<void>;
  /** Whether it is this process that goes by this name in an office. */
  readonly took: (owner: string | null) => boolean;
  /** What the log of a run answered to it, in order; and that it gave the office up. */
  readonly answers: (run: number) => readonly string[];
  /** Bytes that it uses, its garbage collected. */
  readonly memory: () => Promise<number>;
}

/** Where a process gets its runs, and where it keeps them. */
export interface Place {
  readonly api: string;
  readonly redis: number;
  /** Milliseconds. */
  readonly lease: number;
}

/** The program of a process, bundled once: tsx takes two seconds to begin. */
const bundled = (outfile: string) =>
  build({
    entryPoints: [join(__dirname, 'replica.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });

const replica = (program: string, { api, redis, lease }: Place, name: string, kind: string) => {
  let child: ChildProcess;
  let url = '';
  let owners = new Set<string>();
  let answered: Extract<Telling, { readonly type: 'answered' }>[] = [];

  const note = (telling: Telling): void => {
    if (telling.type === 'took') owners.add(telling.owner);
    if (telling.type === 'answered') answered.push(telling);
  };
  const told = <Type extends Telling['type']>(type: Type) =>
    new Promise<Extract<Telling, { readonly type: Type }>>((resolve, reject) => {
      const ended = (): void => reject(new Error(`replica ${name} has ended`));
      const hear = (telling: Telling): void => {
        if (telling.type !== type) return;
        child.off('message', hear).off('exit', ended);
        resolve(telling as Extract<Telling, { readonly type: Type }>);
      };
      child.on('message', hear).once('exit', ended);
    });

  const one: Replica = {
    name,
    url: () => url,
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
    start: async () => {
      child = fork(program, [api, `${redis}`, `${lease}`, kind], { execArgv: ['--expose-gc'] });
      owners = new Set();
      answered = [];
      child.on('message', note);
      ({ url } = await told('listening'));
    },
    took: (owner) => owner !== null && owners.has(owner),
    answers: (run) => answered.filter((one) => one.run === `${run}`).map(({ as }) => as),
    memory: async () => {
      child.send('memory?');
      return (await told('memory')).used;
    },
  };
  return one;
};

/** So many processes of the relay as there are names, with one client of Redis or the other. */
export const replicas = async (
  place: Place,
  names: readonly string[],
): Promise<{ readonly all: readonly Replica[]; readonly close: () => Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-proof-'));
  const program = join(folder, 'replica.mjs');
  await bundled(program);
  const all = names.map((name, index) =>
    replica(program, place, name, index % 2 === 0 ? 'redis' : 'ioredis'),
  );
  await Promise.all(all.map(({ start }) => start()));
  return {
    all,
    close: async () => {
      await Promise.all(all.map(({ kill }) => kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
