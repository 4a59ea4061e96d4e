/**
 * The recipes of docs/testing.md, run as they stand there: in Jest, in Vitest and in node:test, each a
 * file of its own in a process of the runner's.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { encodeEvent } from 'm8tes-rx';
import { memoryLog } from 'm8tes-rx/relay';
import { cassetteOf, run as failedRun } from 'm8tes-rx/testing';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');

const page = readFileSync(join(root, 'docs/testing.md'), 'utf8').replaceAll('\r\n', '\n');

/** The blocks that test something, by the heading they stand under. */
const recipes = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)]
  .map(({ 1: code = '', index }) => ({
    name: page
      .slice(0, index)
      .match(/^#+ .*$/gm)!
      .at(-1)!
      .replace(/^#+ /, ''),
    code,
  }))
  .filter(({ code }) => /^it\(/m.test(code));

const tests = recipes.flatMap(({ code }) => code.match(/^it\(/gm) ?? []).length;

interface Outcome {
  readonly code: number;
  readonly told: string;
}

const run = (cwd: string, ...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    // As somebody runs them who has neither this Jest's settings nor a colourful terminal.
    const {
      JEST_WORKER_ID: _,
      NODE_OPTIONS: __,
      NODE_TEST_CONTEXT: ___,
      ...inherited
    } = process.env;
    const env = { ...inherited, NO_COLOR: '1' };
    execFile(process.execPath, args, { cwd, env, timeout: 90_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), told: stdout + stderr }),
    );
  });

const packaged = (name: string) => join(root, 'node_modules', name);

let folder: string;

/** What `cassetteOf` cuts out of the log of a run that failed, as the page says. */
const cut = async (): Promise<string> => {
  const log = memoryLog();
  const acquired = await log.acquire('4711', 'owner', 60_000);
  const epoch = acquired.type === 'yours' ? acquired.epoch : 0;
  const events = failedRun({ run_id: 4711 })
    .text('I could ', 'not ')
    .failure('it went away')
    .events();
  const frames = events.map((event, i) => ({ data: encodeEvent(event), fingerprint: `${i}` }));
  const batch = { run: '4711', owner: 'owner', epoch, from: 0, frames, lease: 60_000 };
  await log.append({ ...batch, close: 'ended' });
  return cassetteOf(log, '4711');
};

/** The recipes as files of a runner, which says where its `it` comes from. */
const written = async (runner: string, it: string, format: 'esm' | 'cjs'): Promise<string> => {
  const to = join(folder, runner);
  const cassette = 'failed-run.ndjson';
  mkdirSync(join(to, 'cassettes'), { recursive: true });
  cpSync(join(root, 'spec/testing/cassettes', cassette), join(to, 'cassettes', cassette));
  writeFileSync(join(to, 'cassettes', 'run-4711.ndjson'), await cut());
  const files = recipes.map(({ name, code }) => {
    const file = join(to, `${name.toLowerCase().replace(/\W+/g, '-')}.test.ts`);
    writeFileSync(file, `${it}\n${code}`);
    return file;
  });
  await build({
    entryPoints: files,
    tsconfig: join(root, 'tsconfig.json'),
    bundle: true,
    platform: 'node',
    format,
    splitting: format === 'esm',
    mainFields: ['module', 'main'],
    external: ['vitest'],
    // Jest has no dynamic import, unless Node is asked for it.
    supported: { 'dynamic-import': format === 'esm' },
    outdir: to,
    outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
    logLevel: 'error',
  });
  for (const file of files) rmSync(file);
  return to;
};

beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache', 'recipes-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the recipes of docs/testing.md', () => {
  it('are those that were promised', () => {
    expect(recipes.map(({ name }) => name)).toEqual([
      'Testing',
      "A component's stream",
      'A client in virtual time',
      'A Nest handler',
      'A retry policy',
      'An approval',
      'A cut connection',
      'A slow tool',
      'A failed run',
      'A recorded run',
      'A run of production',
      'Cassettes',
      'Webhooks',
    ]);
  });

  it('run in Jest', async () => {
    const cwd = await written('jest', '', 'cjs');
    const config = JSON.stringify({ rootDir: cwd, testMatch: ['**/*.test.cjs'], transform: {} });
    const { code, told } = await run(cwd, packaged('jest/bin/jest.js'), '--config', config, '-i');
    expect(told).toContain(`Tests:       ${tests} passed, ${tests} total`);
    expect(code).toBe(0);
  });

  it('run in Vitest', async () => {
    const cwd = await written('vitest', "import { it } from 'vitest';", 'esm');
    const args = ['run', '--root', cwd, '--no-file-parallelism', '--no-isolate'];
    const { code, told } = await run(cwd, packaged('vitest/vitest.mjs'), ...args);
    expect(told).toMatch(new RegExp(`Tests {2}${tests} passed \\(${tests}\\)`));
    expect(code).toBe(0);
  });

  it('run in node:test', async () => {
    const cwd = await written('node', "import { it } from 'node:test';", 'esm');
    const { code, told } = await run(cwd, '--test', '--test-reporter=tap');
    expect(told).toContain(`# pass ${tests}\n# fail 0\n`);
    expect(code).toBe(0);
  });
});

describe('the cassette of the recipes', () => {
  it('holds no key', () => {
    const cassette = readFileSync(join(root, 'spec/testing/cassettes/failed-run.ndjson'), 'utf8');
    expect(cassette).not.toMatch(/m8_|whsec_|bearer|authorization|cookie/i);
    expect(cassette.split('\n').length).toBeGreaterThan(10);
  });
});
