/**
 * The public suite of Durable Streams against a log that is read as one, in a Vitest of its
 * own; what fails is written down here, with its reason, and docs/durable-streams.md says the same.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

jest.setTimeout(180_000);

const root = join(__dirname, '../..');

/** Why what fails does, by group. */
const failing: { readonly [group: string]: { readonly [reason: string]: readonly string[] } } = {
  'HEAD Metadata Edge Cases': {
    'a log does not tell how long it lives': ['should return TTL metadata if configured'],
  },
  'TTL Expiration Behavior': {
    'a log lives for so long after its last append, whoever reads it': [
      'should extend TTL on GET ?offset=now (sliding window)',
      'should extend TTL on read (sliding window)',
    ],
  },
  'Caching and ETag': {
    'whom other origins may read is for the server that mounts it': [
      'should allow If-None-Match in CORS preflight responses',
    ],
  },
  'SSE Mode': {
    'a log holds JSON: there are no bytes to be told as base64': [
      'base64 SSE catch-up pairs every data event with a control event',
      'should auto-detect base64 encoding for application/x-protobuf streams',
      'should auto-detect base64 encoding for image/png streams',
      'should auto-detect binary streams and return base64 encoded data in SSE mode',
      'should base64 encode data events only, control events remain JSON',
      'should handle binary data with special bytes using auto-detected base64 encoding',
      'should handle empty binary payload with auto-detected base64 encoding',
      'should handle large binary payload with auto-detected base64 encoding',
      'should handle offset=now with auto-detected base64 encoding for binary streams',
      'should include Stream-SSE-Data-Encoding header for binary streams',
    ],
  },
};

/** One test, as Vitest tells of it. */
interface Tested {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped';
}

/** Runs the suite, but for what no log does. What depends on the machine's leisure has three tries. */
const suite = async (folder: string): Promise<readonly Tested[]> => {
  const bundle = join(folder, 'conformance.test.mjs');
  const results = join(folder, 'results.json');
  await build({
    entryPoints: [join(root, 'spec/relay/durable/conformance.ts')],
    tsconfig: join(root, 'tsconfig.json'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: bundle,
    logLevel: 'error',
  });
  const leftOut = ['--testNamePattern', '^(?!Fork - |Reserved subscription APIs)'];
  const report = ['--reporter=json', `--outputFile=${results}`, '--retry=2', '--testTimeout=20000'];
  const args = ['run', '--root', folder, '--no-isolate', ...report, ...leftOut];
  // As somebody runs it who has not this Jest's settings.
  const { JEST_WORKER_ID: _, NODE_OPTIONS: __, ...env } = process.env;
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  await new Promise((resolve) =>
    execFile(process.execPath, [vitest, ...args], { env, timeout: 160_000 }, resolve),
  );
  const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as {
    readonly testResults: readonly { readonly assertionResults: readonly Tested[] }[];
  };
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'skipped');
};

const groupOf = ({ ancestorTitles }: Tested): string => ancestorTitles[0] ?? '';

describe('the public suite of Durable Streams', () => {
  let tests: readonly Tested[];

  beforeAll(async () => {
    mkdirSync(join(root, '.cache'), { recursive: true });
    const folder = mkdtempSync(join(root, '.cache', 'durable-'));
    try {
      tests = await suite(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('fails where it is written down, and nowhere else', () => {
    const failed = tests.filter(({ status }) => status !== 'passed');
    const written = Object.entries(failing).flatMap(([group, reasons]) =>
      Object.values(reasons).flatMap((titles) => titles.map((title) => `${group}: ${title}`)),
    );
    const told = failed.map((test) => `${groupOf(test)}: ${test.title}`);
    expect([...told].sort()).toEqual([...written].sort());
  });

  it('is told of in docs/durable-streams.md', () => {
    const page = readFileSync(join(root, 'docs/durable-streams.md'), 'utf8');
    const rows = [...page.matchAll(/^\|(.*)\|(.*)\|(.*)\|$/gm)]
      .map((cells) => cells.slice(1, 4).map((cell) => cell.trim()))
      .slice(2);
    const groups = [...new Set(tests.map(groupOf))];
    const passed = (of: readonly Tested[]) => of.filter(({ status }) => status === 'passed').length;
    const counted = groups.map((group) => {
      const all = tests.filter((test) => groupOf(test) === group);
      const reasons = Object.keys(failing[group] ?? {});
      return [group, `${passed(all)} of ${all.length}`, reasons.join('; ')];
    });
    expect(rows).toEqual(counted);
    expect(page).toContain(`${passed(tests)} of ${tests.length}`);
  });
});
