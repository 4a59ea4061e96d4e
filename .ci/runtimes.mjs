// What is published, in the runtimes it is for: `npm run runtimes`. Packs once, installs into an empty
// folder, and there each runtime opens every door and plays a run against the local server; Node does
// so in both formats, and runs the command. Takes the runtimes, the newest of each line, from npm.
import { execFile } from 'node:child_process';
import console from 'node:console';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { cache, root } from '../bench/here.mjs';

const { arch, platform } = process;
const os = platform === 'win32' ? 'windows' : platform;
const exe = platform === 'win32' ? '.exe' : '';

const node = (line) => ({
  name: `Node ${line}`,
  from: `node-${platform === 'win32' ? 'win' : platform}-${arch}@${line}`,
  binary: `bin/node${exe}`,
  args: [],
  isNode: true,
});
const runtimes = [
  ...['20', '22', '24', 'latest'].map(node),
  {
    name: 'Deno',
    from: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}@latest`,
    binary: `deno${exe}`,
    args: ['run', '--allow-all'],
  },
  {
    name: 'Bun',
    from: `@oven/bun-${os}-${arch === 'arm64' ? 'aarch64' : arch}@latest`,
    binary: `bin/bun${exe}`,
    args: ['run'],
  },
];

/** The environment without what `npm run` put there, which would point npm back to this folder. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(?!config_)|npm_config_local|INIT_CWD|M8TES_)/.test(name),
    ),
  ),
  DENO_DIR: join(cache, 'runtimes', 'deno'),
  DENO_NO_UPDATE_CHECK: '1',
};

/** What a command prints; one that hangs is stopped. */
const run = async (cwd, command, ...args) => {
  const limits = { cwd, env, maxBuffer: 2 ** 26, timeout: 120_000, killSignal: 'SIGKILL' };
  const { stdout } = await promisify(execFile)(command, args, limits);
  return stdout;
};

const npm = (cwd, ...args) => run(cwd, `npm${platform === 'win32' ? '.cmd' : ''}`, ...args);
const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** Opens the doors and plays a run; `open` is what opens one. */
const script = (doors, open) => `
  const main = async () => {
    const opened = {};
    for (const door of ${JSON.stringify(doors)}) {
      opened[door] = await ${open}(door);
      if (Object.keys(opened[door]).length === 0) throw new Error(door + ' is empty');
    }
    const { createClient, collectRun } = opened['m8tes-rx'];
    const { lastValueFrom } = await ${open}('rxjs');
    const local = await opened['m8tes-rx/testing'].localServer({ pace: 0 });
    const client = createClient({ baseUrl: local.url, apiKey: 'm8_test' });
    const run$ = client.runs.create({ message: 'hello' });
    const { status, text } = await lastValueFrom(run$.pipe(collectRun()));
    await local.close();
    if (status !== 'completed' || text === '') throw new Error('the run is ' + status);
    const version = process.versions.bun ?? process.versions.deno ?? process.versions.node;
    console.log(JSON.stringify({ version, doors: Object.keys(opened).length }));
  };
  main().catch((error) => {
    console.error(error);
    process.exit(1);
  });
`;

/** The binary of a runtime, or undefined where there is none for this platform. */
const binaryOf = async ({ name, from, binary }) => {
  const home = join(cache, 'runtimes', name.toLowerCase().replace(' ', '-'));
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  try {
    await npm(home, 'install', ...quiet, '--no-save', '--no-bin-links', `runtime@npm:${from}`);
  } catch (error) {
    if (/E404|ETARGET|EBADPLATFORM/.test(error.stderr)) return undefined;
    throw error;
  }
  return join(home, 'node_modules', 'runtime', binary);
};

const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-runtimes-'));

const install = async () => {
  await npm(root, 'pack', '--loglevel=error', '--pack-destination', folder);
  const tarball = join(folder, readdirSync(folder)[0]);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npm(folder, 'install', ...quiet, tarball); // and so rxjs, as its peer
  const installed = join(folder, 'node_modules', 'm8tes-rx');
  const { bin, exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const doors = Object.keys(exports)
    .filter((door) => door !== './package.json')
    .map((door) => `m8tes-rx${door.slice(1)}`);
  writeFileSync(join(folder, 'open.mjs'), script(doors, '((door) => import(door))'));
  writeFileSync(join(folder, 'open.cjs'), script(doors, 'require'));
  return join(installed, bin['m8tes-rx']);
};

const failed = (name, told) => {
  console.error(`✗ ${name}: ${told}`);
  process.exitCode = 1;
};

const tried = async (runtime, command) => {
  const { name, args, isNode } = runtime;
  const binary = await binaryOf(runtime);
  if (binary === undefined) {
    const told = `NOT TRIED HERE: npm has no binary of it for ${platform}-${arch}`;
    return process.env['CI'] === undefined ? console.log(`  ${name}: ${told}`) : failed(name, told);
  }
  for (const file of isNode ? ['open.mjs', 'open.cjs'] : ['open.mjs']) {
    const { version, doors } = JSON.parse(await run(folder, binary, ...args, file));
    const format = file === 'open.mjs' ? 'ESM' : 'CommonJS';
    console.log(`✓ ${name} (${version}), ${format}: ${doors} doors, and a run`);
  }
  if (!isNode) return;
  const told = await run(folder, binary, command, 'run', 'hello');
  if (told.trim() === '') throw new Error('the command told nothing');
  console.log(`✓ ${name}: m8tes-rx run "hello"`);
};

try {
  const command = await install();
  await Promise.all(
    runtimes.map((runtime) =>
      tried(runtime, command).catch((error) =>
        failed(runtime.name, `${error.message}\n${error.stderr ?? ''}`),
      ),
    ),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
