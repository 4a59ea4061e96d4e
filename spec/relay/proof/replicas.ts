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
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Kills it, and waits until it is dead. */
  readonly kill: () => Promise<void>;
  /** Starts it again, as another process. */
  readonly start: () => Promise<void>;
  /** Whether it is this process, as it is now or was, that has this name as an owner. */
  readonly took: (owner: string) => boolean;
  /** What the log answered to the appends of an office, in order. */
  readonly answers: (run: string, epoch: number) => readonly string[];
  readonly noted: () => string;
  readonly memory: () => Promise<Extract<Telling, { readonly type: 'memory' }>>;
}

/** Where a process gets its runs, and where it keeps them. */
export interface Place {
  readonly api: string;
  readonly redis: number;
  /** Milliseconds. */
  readonly lease: number;
}

const root = join(__dirname, '../../..');

/** Processes of the relay, as many as there are names; each with one client of Redis or the other. */
export const replicas = async (
  { api, redis, lease }: Place,
  ...names: readonly string[]
): Promise<{ readonly all: readonly Replica[]; readonly close: () => Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-proof-'));
  const program = join(folder, 'replica.mjs');
  await build({
    entryPoints: [join(__dirname, 'replica.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    tsconfig: join(root, 'tsconfig.json'),
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });

  const replica = (name: string, index: number): Replica => {
    let child: ChildProcess;
    let url = '';
    const owners = new Set<string>();
    const answered = new Map<string, string[]>();

    let notes: string[] = [];
    const note = (telling: Telling): void => {
      notes.push(JSON.stringify({ ...telling, at: Math.round(performance.now()) }));
      if (notes.length > 60) notes.shift();
      if (telling.type === 'listening') ({ url } = telling);
      if (telling.type === 'took') owners.add(telling.owner);
      if (telling.type !== 'answered') return;
      const key = `${telling.run} ${telling.epoch}`;
      const answers = answered.get(key);
      if (answers === undefined) answered.set(key, [telling.as]);
      else answers.push(telling.as);
    };
    const told = <Type extends Telling['type']>(type: Type) =>
      new Promise<Extract<Telling, { readonly type: Type }>>((resolve, reject) => {
        child.on('message', (telling: Telling) => {
          if (telling.type === type) resolve(telling as Extract<Telling, { readonly type: Type }>);
        });
        child.once('exit', () => reject(new Error(`replica ${name} ended`)));
      });

    return {
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
        const kind = index % 2 === 0 ? 'redis' : 'ioredis';
        child = fork(program, [api, `${redis}`, `${lease}`, kind], { execArgv: ['--expose-gc'] });
        child.setMaxListeners(0);
        owners.clear();
        answered.clear();
        child.on('message', note);
        await told('listening');
      },
      took: (owner) => owners.has(owner),
      answers: (run, epoch) => answered.get(`${run} ${epoch}`) ?? [],
      noted: () => notes.join('\n'),
      memory: () => {
        child.send('memory?');
        return told('memory');
      },
    };
  };

  const all = names.map(replica);
  await Promise.all(all.map(({ start }) => start()));
  return {
    all,
    close: async () => {
      await Promise.all(all.map(({ kill }) => kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
