// `npm run bench`: prints the table and writes it to docs/performance.md.
//   -- --quick         under a minute: that all of it runs, and that the variants tell the same
//   -- --only=PATTERN  only the rows whose name matches; writes nothing
//   -- --rounds=N      samples of each variant (default 7)
import { spawnSync } from 'node:child_process';
import console from 'node:console';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { sizes } from '../.ci/size.mjs';
import { build } from './build.mjs';
import { columns } from './columns.mjs';
import { bench, root } from './here.mjs';
import { measured, peaking, report } from './report.mjs';
import { rows } from './table.mjs';
import { variants } from './variants.mjs';

const { quick, only, rounds } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
  },
}).values;

const scale = quick
  ? {
      events: 4_000,
      folded: 20_000,
      runs: 20,
      crowd: 50,
      requests: 20,
      imports: 3,
      marks: [4_000, 20_000],
    }
  : {
      events: 200_000,
      folded: 200_000,
      runs: 100,
      crowd: 1_000,
      requests: 500,
      imports: 31,
      marks: [100_000, 1_000_000],
    };

const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { dependencies: pins } = manifest(bench);

/** A peer may be as well among the root's packages: one that the library itself needs. */
const installed = (name) =>
  [bench, root]
    .map((folder) => join(folder, 'node_modules', name))
    .some((folder) => existsSync(folder) && manifest(folder).version === pins[name]);

const isMissing = ({ needs = [] }) =>
  needs.some((name) => variants[name].needs !== undefined && !installed(variants[name].needs));

const install = () => {
  console.log('Installing the peers …');
  const options = ['--no-audit', '--no-fund', '--fetch-retries=1', '--fetch-timeout=10000'];
  const { status } = spawnSync('npm', ['ci', '--prefix', bench, ...options], { stdio: 'inherit' });
  if (status === 0) return;
  if (!quick) throw new Error('The peers could not be installed, and there is no table without.');
  console.log('They could not be installed (no network?). What is there is compared.');
};

const sample = (options) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', join(bench, 'sample.mjs'), JSON.stringify(options)],
    { encoding: 'utf8', env: { ...process.env, M8TES_API_KEY: '' } },
  );
  if (status !== 0) throw new Error(`${JSON.stringify(options)} failed:\n${stderr}`);
  return JSON.parse(stdout);
};

/** One round: every sample that the rows want, once, in an order of its own. */
const round = (wanted, number) => {
  const jobs = [
    ...new Set(
      wanted.flatMap(({ samples }) =>
        Object.values(samples).map((options) => JSON.stringify(options)),
      ),
    ),
  ];
  const turn = number % 2 === 0 ? jobs : jobs.reverse();
  return new Map(turn.map((job) => [job, sample(JSON.parse(job))]));
};

if (!Object.keys(pins).every(installed)) install();
if (process.env['M8TES_BENCH_DIST'] === undefined) {
  console.log('Building the library …');
  await build();
}

const scaled = quick
  ? (row) => ({
      ...row,
      samples: Object.fromEntries(
        Object.entries(row.samples).map(([name, options]) => [
          name,
          { count: 1, time: 0, ...options },
        ]),
      ),
    })
  : (row) => row;
const wanted = rows(scale)
  .filter(({ what }) => only === undefined || new RegExp(only, 'i').test(what))
  .map(scaled);
const present = wanted.filter((row) => !isMissing(row));
for (const { what, needs } of wanted.filter(isMissing)) {
  console.log(`Left out, for ${variants[needs[0]].needs} is not installed: ${what}`);
}

const all = quick ? 1 : Number(rounds ?? 7);
const results = new Map(present.map((row) => [row, []]));
const most = Math.max(all, ...present.map(({ repeat = 0 }) => (quick ? 0 : repeat)));
let disagreements = 0;
for (let number = 0; number < most; number++) {
  const rowsNow = present.filter(({ repeat = all }) => number < (quick ? all : repeat));
  const samples = round(rowsNow, number);
  for (const row of rowsNow) {
    const told = Object.fromEntries(
      Object.entries(row.samples).map(([name, options]) => [
        name,
        samples.get(JSON.stringify(options)),
      ]),
    );
    results.get(row).push(told);
    for (const field of row.agree ?? []) {
      const values = new Set(Object.values(told).map((each) => each[field]));
      if (values.size === 1) continue;
      disagreements++;
      console.error(`${row.what}: the ${field} differ: ${[...values].join(', ')}`);
    }
  }
  if (number < all && !quick) console.log(`Round ${number + 1} of ${all} is done.`);
}

/** Of a quick run there is no more to tell: its figures mean nothing. */
const tellQuick = () => {
  const lines = [...results].map(([{ what, agree }, [told]]) => [
    what,
    agree === undefined ? 'runs' : `agrees on ${told.ours.texts.toLocaleString('en')} texts`,
  ]);
  for (const line of columns(lines)) console.log(line);
  const what = present.length === wanted.length ? 'All of it' : 'What is installed';
  console.log(`\n${what} runs, and the variants agree. The figures are for \`npm run bench\`.`);
};

const tellAll = async () => {
  const lines = [...results].map(([{ what, value, show, target = {} }, told]) => {
    const number = value(told);
    const [figure, detail] = show(number, told);
    return { what, figure, target: target.text, isMet: target.isMet?.(number), detail };
  });
  const weights = only === undefined ? await sizes() : [];
  for (const { what, bytes, target } of weights) {
    lines.push({
      what: `size of ${what}`,
      figure: `${(bytes / 1000).toFixed(1)} kB`,
      ...(target !== undefined && { target: `≤ ${target / 1000} kB`, isMet: bytes <= target }),
    });
  }
  const crowds = [...results].flatMap(([{ peaks }, told]) => peaks?.(told) ?? []);
  const tables = [measured(lines), ...(crowds.length > 0 ? [peaking(crowds)] : [])];
  for (const { heads, rows, figures } of tables) {
    console.log(`\n${columns([heads, ...rows], figures).join('\n')}`);
  }
  if (only !== undefined || process.env['M8TES_BENCH_DIST'] !== undefined) return;
  await report(tables, { rounds: all, scale, pins });
};

if (disagreements > 0) {
  console.error('The variants do not agree: there is nothing to compare.');
  process.exitCode = 1;
} else if (quick) tellQuick();
else await tellAll();
