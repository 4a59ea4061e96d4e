/**
 * What is published, used as others use it: packed, installed into an empty folder, and its
 * doors opened there in both formats, on plain Node and by the compiler. Needs no network: what it
 * depends on is linked to node_modules, in the versions that the lockfile names.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import * as front from 'm8tes-rx';
import * as agUi from 'm8tes-rx/ag-ui';
import * as aiSdk from 'm8tes-rx/ai-sdk';
import * as redis from 'm8tes-rx/redis';
import * as relay from 'm8tes-rx/relay';
import * as server from 'm8tes-rx/server';
import * as testing from 'm8tes-rx/testing';

jest.setTimeout(300_000);

const root = join(__dirname, '..');

/** The doors as the sources have them, which spec/doors.spec.ts holds to their names. */
const doors = {
  'm8tes-rx': front,
  'm8tes-rx/ag-ui': agUi,
  'm8tes-rx/ai-sdk': aiSdk,
  'm8tes-rx/redis': redis,
  'm8tes-rx/relay': relay,
  'm8tes-rx/server': server,
  'm8tes-rx/testing': testing,
};
const names = Object.fromEntries(
  Object.entries(doors).map(([door, module]) => [door, Object.keys(module).sort()]),
);

/** The environment without what `npm test` put there, which would point npm back to this folder; and without a key. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_)|npm_config_local|INIT_CWD|M8TES_|NO_COLOR|FORCE_COLOR)/.test(name),
  ),
);

interface Outcome {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (cwd: string, command: string, ...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(command, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
    );
  });

const mustRun = async (cwd: string, command: string, ...args: readonly string[]) => {
  const outcome = await run(cwd, command, ...args);
  if (outcome.code !== 0) throw new Error(`${command}:\n${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
};

const tool = (name: string) => join(root, 'node_modules', '.bin', name);

interface Manifest {
  readonly dependencies?: { readonly [name: string]: string };
  readonly peerDependencies?: { readonly [name: string]: string };
  readonly scripts?: { readonly [name: string]: string };
}

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** What an installation needs beside the package itself, as folders: all that it says it does. */
const dependenciesOf = (folder: string, found = new Set<string>()): ReadonlySet<string> => {
  const { dependencies, peerDependencies } = manifestOf(folder);
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const dependency = join(root, 'node_modules', name);
    if (!found.has(dependency)) dependenciesOf(dependency, found.add(dependency));
  }
  return found;
};

/** Opens all doors, plays one run, prints what it found; in both formats, which only open apart. */
const opened = `
  const doors = {
    'm8tes-rx': front,
    'm8tes-rx/ag-ui': agUi,
    'm8tes-rx/ai-sdk': aiSdk,
    'm8tes-rx/redis': redis,
    'm8tes-rx/relay': relay,
    'm8tes-rx/server': server,
    'm8tes-rx/testing': testing,
  };
  const names = Object.fromEntries(
    Object.entries(doors).map(([door, module]) => [door, Object.keys(module).sort()]),
  );
  const twins = Object.values(doors).flatMap((module) =>
    Object.keys(module).filter((name) => name in front && front[name] !== module[name]),
  );
  const play = async () => {
    const thrown = await server
      .verifyWebhook({ body: '{}', headers: {}, secret: '' })
      .catch((error) => error);
    const caught = thrown instanceof front.InvalidArgumentError;
    const local = await testing.localServer({ pace: 0 });
    const run = front
      .createClient({ baseUrl: local.url, apiKey: 'm8_test' })
      .runs.create({ message: 'hello' });
    const { text } = await rxjs.lastValueFrom(run.pipe(front.collectRun()));
    await local.close();
    return { caught, observable: run instanceof rxjs.Observable, told: text.length > 0 };
  };
  play().then((played) => console.log(JSON.stringify({ names, twins, ...played })));
`;
const scripts = {
  'opened.mjs': `
    import * as front from 'm8tes-rx';
    import * as agUi from 'm8tes-rx/ag-ui';
    import * as aiSdk from 'm8tes-rx/ai-sdk';
    import * as redis from 'm8tes-rx/redis';
    import * as relay from 'm8tes-rx/relay';
    import * as server from 'm8tes-rx/server';
    import * as testing from 'm8tes-rx/testing';
    import * as rxjs from 'rxjs';
    ${opened}`,
  'opened.cjs': `
    const front = require('m8tes-rx');
    const agUi = require('m8tes-rx/ag-ui');
    const aiSdk = require('m8tes-rx/ai-sdk');
    const redis = require('m8tes-rx/redis');
    const relay = require('m8tes-rx/relay');
    const server = require('m8tes-rx/server');
    const testing = require('m8tes-rx/testing');
    const rxjs = require('rxjs');
    ${opened}`,
};

/** Compiles only when the types of a door have its runtime names, each of them and no other. */
const typed = [
  ...Object.entries(names).flatMap(([door, values], index) => [
    `import * as door${index} from '${door}';`,
    `export const names${index}: { readonly [N in keyof typeof door${index}]: true } = {`,
    ...values.map((name) => `  ${name}: true,`),
    '};',
  ]),
  "import { verifyWebhook, type WebhookEvent } from 'm8tes-rx/server';",
  'export const event: Promise<WebhookEvent> = verifyWebhook({ body: "", headers: {}, secret: "" });',
  '// @ts-expect-error -- types that were not found would be `any`, and fit everything',
  'export const wrong: Promise<{ type: number }> = event;',
].join('\n');

/** The types of packages are checked, those of the compiler itself are not. */
const checked = { skipLibCheck: false, skipDefaultLibCheck: true };
const strict = { ...checked, strict: true, noEmit: true, target: 'ES2022' };
const dom = { lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] };
const node = {
  lib: ['ES2022'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
};

/** The snippets of README.md, each a module: there inference is used as it is by who copies them. */
const snippets = Object.fromEntries(
  [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(
    ([, code = ''], index) => [`snippet${index}.mts`, code],
  ),
);
const onNode = { 'typed.mts': typed, 'typed.cts': typed, ...snippets };
const modes = [
  ['nodenext', onNode, { module: 'NodeNext', moduleResolution: 'NodeNext', ...node }],
  ['node16', onNode, { module: 'Node16', moduleResolution: 'Node16', ...node }],
  ['bundler', { 'typed.ts': typed }, { module: 'ESNext', moduleResolution: 'Bundler', ...dom }],
] as const;

/** The floor that README.md tells, the one that checks the project, and the latest. */
const pinned = (name: string) => join(root, 'spec', 'package', name, 'node_modules');
const compilers = [
  ['5.0', pinned('floor')],
  ['5.9', join(root, 'node_modules')],
  ['7.', pinned('latest')],
] as const;

/** Where a page leads inside the package. Code is no link, though it may look like one. */
const linksOf = (page: string) =>
  [
    ...readFileSync(page, 'utf8')
      .replace(/^(`{3,})[^]*?^\1$/gm, '')
      .replace(/`[^`\n]*`/g, 'code')
      .matchAll(/\]\(\s*<?([^)\s>]+)/g),
  ]
    .map(([, link = '']) => link)
    .filter((link) => !link.startsWith('#'));

describe('the package', () => {
  let folder: string;
  let tarball: string;
  let installed: string;
  let older: string; // the same, beside the oldest rxjs

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-'));
    await mustRun(root, 'npm', 'pack', '--pack-destination', folder);
    tarball = join(folder, readdirSync(folder)[0] ?? '');
    writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }');
    const install = ['install', '--offline', '--no-audit', '--no-fund', '--install-links=false'];
    await mustRun(folder, 'npm', ...install, tarball, ...dependenciesOf(root));
    installed = join(folder, 'node_modules', 'm8tes-rx');
    older = join(folder, 'older');
    mkdirSync(join(older, 'node_modules'), { recursive: true });
    cpSync(installed, join(older, 'node_modules', 'm8tes-rx'), { recursive: true });
    symlinkSync(join(pinned('floor'), 'rxjs'), join(older, 'node_modules', 'rxjs'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const contents = () =>
    readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it('holds the build, the pages and nothing else', () => {
    expect(readdirSync(installed).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'examples',
      'package.json',
    ]);
    const odd = contents().filter(
      (file) => file.startsWith(join(installed, 'dist')) && !/\.(c?js|js\.map|d\.c?ts)$/.test(file),
    );
    expect(odd.map((file) => relative(installed, file)).sort()).toEqual([
      'dist/THIRD-PARTY-LICENSES',
      'dist/console/THIRD-PARTY-LICENSES',
      'dist/console/console.css',
      'dist/console/index.html',
    ]);
  });

  it('loads rxjs and what Node has, and hands the rest on under its licences', () => {
    const imports = /^(?:(?:im|ex)port .*from |import |(?:var .* = )?require\()'([^.'][^']*)'/gm;
    const loaded = contents()
      .filter((file) => /dist.*\.c?js$/.test(file))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(imports)])
      .map(([, name]) => name);
    expect(loaded).toContain('rxjs');
    // The command goes through the doors, and has nothing of the library a second time.
    expect(loaded).toContain('m8tes-rx');
    expect(
      loaded.filter((name) => !/^(rxjs(\/testing)?$|node:|m8tes-rx(\/|$))/.test(name ?? '')),
    ).toEqual([]);
    const command = readFileSync(join(installed, 'dist', 'command.js'), 'utf8');
    expect(command).not.toMatch(/class \w*Error\b/);

    const licenses = readFileSync(join(installed, 'dist', 'THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['eventsource-parser', 'fp-ts', 'io-ts']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\n\nMIT License\n`, 'm'));
    }
    expect(licenses).not.toMatch(/^m8tes-rx /m);

    const page = readFileSync(join(installed, 'dist', 'console', 'THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['dompurify', 'marked', 'rxjs', 'io-ts', 'eventsource-parser']) {
      expect(page).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\n\n`, 'm'));
    }
  });

  it('leaves a page what it uses: the events of a relay are not the client', async () => {
    const { outputFiles } = await build({
      stdin: { contents: "export { events, textOnly } from 'm8tes-rx'", resolveDir: folder },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      external: ['rxjs'],
    });
    const page = outputFiles[0]?.text ?? '';
    const told = ['text-delta', 'M8TES_API_KEY', 'Bearer '].filter((text) => page.includes(text));
    expect(told).toEqual(['text-delta']);
  });

  it('has runs without the API in a page too: bundled for a browser, nothing of Node is looked for', async () => {
    const { outputFiles, warnings } = await build({
      stdin: {
        contents: "export { fakeFetch, marbles, run } from 'm8tes-rx/testing'",
        resolveDir: folder,
      },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      external: ['rxjs', 'rxjs/testing'],
    });
    expect(warnings).toEqual([]);
    expect(outputFiles[0]?.text).not.toMatch(/(?:from|import|require)\(? ?["']node:/);
  });

  it('tells nothing of the machine it was built on', () => {
    const telling = contents().filter((file) => readFileSync(file, 'utf8').includes(root));
    expect(telling).toEqual([]);
  });

  it('leaves rxjs to its user, and runs nothing when it is installed', () => {
    const { dependencies, peerDependencies, scripts: own } = manifestOf(installed);
    expect(dependencies).toBeUndefined(); // what it is made of is in it, its types as well
    expect(Object.keys(peerDependencies ?? {})).toEqual(['rxjs']);
    expect(Object.keys(own ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?(install|prepare)$/)]),
    );
  });

  it.each(Object.entries(scripts))(
    'opens and plays a run on plain Node: %s',
    async (file, script) => {
      writeFileSync(join(folder, file), script);
      const { stdout, stderr } = await mustRun(folder, process.execPath, file);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        names,
        caught: true,
        twins: [],
        observable: true,
        told: true,
      });
    },
  );

  it('has a command, which is run by its name and needs no key', async () => {
    const command = (...args: readonly string[]) =>
      run(folder, join('node_modules', '.bin', 'm8tes-rx'), ...args);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(await command('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect((await command('--help')).stdout).toMatch(/^ {2}run "message" /m);
    const told = await run(folder, 'npx', '--no', '--', 'm8tes-rx', 'run', 'hello');
    expect(told).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^M8TES_API_KEY is not set/),
    });
    expect(told.stdout).toContain('## What the week looked like');
    expect((await command('run', 'fail')).code).toBe(1);
  });

  it('has a console, which serves its page', async () => {
    const command = join(folder, 'node_modules', '.bin', 'm8tes-rx');
    const child = spawn(command, ['console', '--port', '0'], { cwd: folder, env });
    try {
      let stdout = '';
      child.stdout.setEncoding('utf8');
      for await (const text of child.stdout) {
        stdout += String(text);
        if (stdout.includes('Ctrl-C')) break;
      }
      const [url = ''] = stdout.split('\n');
      const html = await (await fetch(url)).text();
      const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, part]) => part!);
      expect(parts.sort()).toEqual(['/console.css', '/console.js']);
      for (const part of parts) expect((await fetch(new URL(part, url))).status).toBe(200);
      expect(await (await fetch(`${url}console/about`)).json()).toMatchObject({ mode: 'local' });
    } finally {
      child.kill();
      await once(child, 'close');
    }
  });

  it('opens and plays a run with the oldest rxjs that it takes', async () => {
    const { version } = JSON.parse(
      readFileSync(join(older, 'node_modules', 'rxjs', 'package.json'), 'utf8'),
    ) as { version: string };
    expect(manifestOf(installed).peerDependencies).toEqual({ rxjs: `^${version}` });
    for (const [file, script] of Object.entries(scripts)) {
      writeFileSync(join(older, file), script);
      const { stdout, stderr } = await mustRun(older, process.execPath, file);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ names, observable: true, told: true });
    }
  });

  it('tells in README.md from which TypeScript on its types are read', () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    expect(readme).toContain(`TypeScript ${compilers[0][0]} or newer`);
  });

  it.each(compilers)('has types for TypeScript %s, in every mode', async (version, modules) => {
    const tsc = join(modules, 'typescript', 'bin', 'tsc');
    const { stdout: told } = await mustRun(folder, process.execPath, tsc, '--version');
    expect(told).toMatch(`Version ${version}`);
    for (const [mode, files, options] of modes) {
      const outcomes = await Promise.all(
        [folder, older].map(async (consumer) => {
          const config = join(consumer, 'tsconfig.json');
          for (const [file, code] of Object.entries(files))
            writeFileSync(join(consumer, file), code);
          const compilerOptions = { ...strict, ...options };
          writeFileSync(config, JSON.stringify({ compilerOptions, files: Object.keys(files) }));
          return run(consumer, process.execPath, tsc, '--project', config);
        }),
      );
      const found = outcomes.map(({ stdout }) => ({ mode, stdout }));
      expect(found).toEqual([
        { mode, stdout: '' }, // beside the newest rxjs
        { mode, stdout: '' }, // and the oldest
      ]);
      expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    }
  });

  it('holds what its pages lead to', () => {
    const pages = contents().filter(
      (file) => file.endsWith('.md') && !file.endsWith('CHANGELOG.md'),
    );
    expect(pages.length).toBeGreaterThan(10);
    const dead = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => {
          if (/^https:\/\//.test(link)) return false;
          const target = resolve(dirname(page), decodeURI(link).replace(/#.*$/, ''));
          return relative(installed, target).startsWith('..') || !existsSync(target);
        })
        .map((link) => `${relative(installed, page)} leads to ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('weighs a megabyte at most: the sources are in it once, in the maps of the modules', () => {
    expect(statSync(tarball).size).toBeLessThan(1_048_576);
    const maps = contents().filter((file) => file.endsWith('.map'));
    expect(maps.filter((file) => !file.endsWith('.js.map'))).toEqual([]);
    expect(maps).toContain(join(installed, 'dist', 'index.js.map'));
  });

  it('runs its examples where it is installed, as README.md says', async () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    expect(readme).toContain('npx tsx node_modules/m8tes-rx/examples/text-live.ts');
    const example = join('node_modules', 'm8tes-rx', 'examples', 'text-live.ts');
    const { stdout } = await mustRun(folder, tool('tsx'), example);
    expect(stdout.trim()).not.toBe('');
  });

  it('says in a page without fetch, such as jsdom, what to do', async () => {
    writeFileSync(
      join(folder, 'unfetched.mjs'),
      `delete globalThis.fetch;
      const { createClient } = await import('m8tes-rx');
      const { lastValueFrom } = await import('rxjs');
      try {
        await lastValueFrom(createClient({ apiKey: 'm8_test' }).runs.get(1));
      } catch ({ name, argument, message }) {
        console.log(JSON.stringify({ name, argument, message }));
      }`,
    );
    const { stdout } = await mustRun(folder, process.execPath, 'unfetched.mjs');
    expect(JSON.parse(stdout)).toEqual({
      name: 'InvalidArgumentError',
      argument: 'fetch',
      message: expect.stringContaining('fetch') as string,
    });
  });

  it('is clean to publint', async () => {
    const { code, stdout, stderr } = await run(folder, tool('publint'), tarball, '--strict');
    expect({ code, told: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, told: '' });
  });

  it('is clean to are-the-types-wrong', async () => {
    const { code, stdout, stderr } = await run(folder, tool('attw'), '--no-color', tarball);
    expect({ code, told: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, told: '' });
  });
});
