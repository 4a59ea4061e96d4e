// What the library weighs where it is bundled, minified and gzipped, rxjs aside: `npm run size`.
// Fails when a row weighs more than it may.
import console from 'node:console';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { columns } from '../bench/columns.mjs';
import { root } from '../bench/here.mjs';

const lib = join(root, 'lib');
const door = readFileSync(join(lib, 'index.ts'), 'utf8');

/** The front door without the client: that holds the secret key, and so stays on a server. */
const page = door.replace(/^export [^;]* from '\.\/(?:client|api\/[^']*)';$/gm, '');

/** A client's runs, and what else it has: what that adds is weighed apart. */
const runsAnd = (...makers) =>
  [
    "{ createRuns } from './api/createRuns'",
    ...makers.map(([name, page]) => `{ ${name} } from './api/${page}'`),
  ]
    .map((what) => `export ${what};`)
    .join('\n');

// What has a target may weigh that. Where it is missed, and where there is none, a part may weigh what
// it does, and 3 % more. (What the last to come have added: a page, 450 bytes that read arguments while
// they stream, which who collects no tool calls does not bundle; the door, 2,400 for `output`, since
// `create()` takes codecs as they are and so has what tells them in JSON Schema, and 900 each for
// `budget()` and `traced()`, which who has no use for them does not bundle.)
const parts = [
  {
    what: 'a page: everything but the client',
    contents: page,
    target: [8_000, 16_000],
    most: [10_760, 16_000],
  },
  {
    what: 'the front door: everything',
    contents: door,
    target: [21_000],
    most: [35_000, 38_300],
  },
  {
    what: 'agents, tasks, triggers and webhook endpoints, of the front door',
    contents: runsAnd(
      ['createAgents', 'agents'],
      ['createTasks', 'tasks'],
      ['createWebhooks', 'webhooks'],
    ),
    beside: runsAnd(),
    target: [2_000, 2_000],
  },
  {
    what: '`events()` and `textOnly()` alone',
    contents:
      "export { events } from './stream/events'; export { textOnly } from './operators/textOnly';",
    most: [6_950, 10_200],
  },
];

const bundled = [
  { kind: 'own code', external: ['io-ts', 'fp-ts', 'eventsource-parser'] },
  { kind: 'with io-ts, fp-ts and the parser', external: [] },
];

const weigh = async (contents, external) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: lib, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    external: ['rxjs', ...external],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
};

/** The sizes in bytes: what each should be, and the most it may be. */
export const sizes = () =>
  Promise.all(
    parts.flatMap(({ what, contents, beside, target = [], most = target }) =>
      bundled.map(async ({ kind, external }, index) => ({
        what: `${what}, ${kind}`,
        bytes: (await weigh(contents, external)) - (beside ? await weigh(beside, external) : 0),
        target: target[index],
        most: most[index],
      })),
    ),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = await sizes();
  const mark = ({ bytes, target }) => (target === undefined ? '' : bytes <= target ? '✓' : '✗');
  const lines = all.map((size) => [
    size.what,
    String(size.bytes),
    String(size.target ?? ''),
    mark(size),
    String(size.most),
  ]);
  const heads = ['minified and gzipped, without rxjs', 'bytes', 'target', '', 'at most'];
  for (const line of columns([heads, ...lines], [1, 2, 4])) console.log(line);
  for (const { what, bytes, most } of all.filter((size) => size.bytes > size.most)) {
    console.error(`${what}: ${bytes - most} bytes more than it may weigh`);
    process.exitCode = 1;
  }
}
