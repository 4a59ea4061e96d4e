import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { build } from 'esbuild';
import { localServer, type LocalServer, type LocalServerOptions } from 'm8tes-rx/testing';
import { command } from '../../lib/command/command';
import type { Terminal } from '../../lib/command/Terminal';

const root = join(__dirname, '../..');

/** Nothing of the machine's own that the command would heed. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(M8TES_.*|NO_COLOR|FORCE_COLOR|TERM)$/.test(name),
  ),
);

export const KEY = 'm8_secret_of_the_spec';

const servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ close }) => close()));
});

/** A server for a command, and the environment in which it is found. */
export const served = async (options: LocalServerOptions = {}) => {
  const server = await localServer({ pace: 0, ...options });
  servers.push(server);
  return { server, env: { M8TES_API_KEY: KEY, M8TES_BASE_URL: server.url } };
};

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is going on in here. */
export interface Typed extends Going {
  /** What it writes cannot be written. */
  readonly breakDown: (reason: string) => void;
}

/** A command that is going on. */
export interface Going {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until it has said so, on either stream; fails when it ends without. */
  readonly says: (text: string | RegExp) => Promise<void>;
  readonly type: (text: string) => void;
  readonly endTyping: () => void;
  readonly signal: (name: 'SIGINT' | 'SIGTERM') => void;
  /** Nobody reads its stdout any more. */
  readonly stopReading: () => void;
  readonly outcome: Promise<Outcome>;
}

const going = (
  out: PassThrough | NodeJS.ReadableStream,
  err: PassThrough | NodeJS.ReadableStream,
  exit: Promise<number | null>,
): Pick<Going, 'stdout' | 'stderr' | 'says' | 'outcome'> => {
  let stdout = '';
  let stderr = '';
  let news: (() => void)[] = [];
  const hear = (): void => {
    const all = news;
    news = [];
    all.forEach((tell) => tell());
  };
  out.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    hear();
  });
  err.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    hear();
  });
  let isOver = false;
  const outcome = exit.then((code) => {
    isOver = true;
    hear();
    return { code, stdout, stderr };
  });
  const says = async (text: string | RegExp): Promise<void> => {
    const isSaid = () =>
      typeof text === 'string' ? (stdout + stderr).includes(text) : text.test(stdout + stderr);
    while (!isSaid()) {
      if (isOver) throw new Error(`it ended without saying ${String(text)}:\n${stdout}\n${stderr}`);
      await new Promise<void>((resolve) => news.push(resolve));
    }
  };
  return { stdout: () => stdout, stderr: () => stderr, says, outcome };
};

/** The command in a process of its own, as it is installed: without a terminal. */
export const installed = () => {
  let folder: string;
  beforeAll(async () => {
    // Within the package, which it asks for its version.
    mkdirSync(join(root, '.cache'), { recursive: true });
    folder = mkdtempSync(join(root, '.cache', 'command-'));
    await build({
      entryPoints: [join(root, 'lib/command/index.ts')],
      outfile: join(folder, 'command.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire as required } from 'node:module'; const require = required(import.meta.url);",
      },
      logLevel: 'error',
    });
  });
  const running = new Set<() => void>();
  afterEach(() => running.forEach((kill) => kill()));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  return (env: Partial<NodeJS.ProcessEnv>, ...args: readonly string[]): Going => {
    const child = spawn(process.execPath, [join(folder, 'command.mjs'), ...args], {
      env: { ...inherited, ...env },
    });
    const kill = () => void child.kill('SIGKILL');
    running.add(kill);
    const exit = once(child, 'close').then(([code]) => {
      running.delete(kill);
      return code as number | null;
    });
    child.stdin.on('error', () => {}); // it may end without having read it
    return {
      ...going(child.stdout, child.stderr, exit),
      type: (text) => void child.stdin.write(text),
      endTyping: () => void child.stdin.end(),
      signal: (name) => void child.kill(name),
      stopReading: () => void child.stdout.destroy(),
    };
  };
};

/** The command within this process, in a terminal, or with what is said not to be one. */
export const typed = (
  { env = {}, tty = true }: { readonly env?: Terminal['env']; readonly tty?: boolean },
  ...args: readonly string[]
): Typed => {
  const stream = () => Object.assign(new PassThrough(), { isTTY: tty });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()] as const;
  const signals = new EventEmitter();
  const terminal: Terminal = {
    ...{ env, stdin, stdout, stderr },
    on: (signal, listener) => signals.on(signal, listener),
    off: (signal, listener) => signals.off(signal, listener),
  };
  const done = command(args, terminal, { version: '1.2.3', page: 'nowhere' }).then((code) => {
    stdout.end();
    stderr.end();
    return Promise.all([once(stdout, 'close'), once(stderr, 'close')]).then(() => code);
  });
  return {
    ...going(stdout, stderr, done),
    type: (text) => void stdin.write(text),
    endTyping: () => void stdin.end(),
    signal: (name) => void signals.emit(name),
    breakDown: (reason) => void stdout.emit('error', new Error(reason)),
    stopReading: () => void stdout.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' })),
  };
};

/** The lines of a text. */
export const lines = (text: string): readonly string[] => text.trimEnd().split('\n');
