// `npm run bench`: prints the table and writes it to docs/performance.md.
//   -- --quick         under a minute: that it runs, and that all variants tell the same
//   -- --only=PATTERN  only the rows whose name matches; writes nothing
//   -- --rounds=N      samples of each variant (default 7)
import { execFileSync, spawnSync } from 'node:child_process';
import console from 'node:console';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { sizes } from '../.ci/size.mjs';
import { build } from './build.mjs';
import { bench, root } from './here.mjs';
import { report } from './report.mjs';
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

const installed = (name) =>
  [bench, root].some((folder) => existsSync(join(folder, 'node_modules', name, 'package.json')));
const isMissing = ({ needs = [] }) =>
  needs.some((name) => variants[name].needs !== undefined && !installed(variants[name].needs));

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

if (!quick && !existsSync(join(bench, 'node_modules'))) {
  console.log('Installing the peers …');
  execFileSync('npm', ['ci', '--prefix', bench, '--no-audit', '--no-fund'], { stdio: 'inherit' });
}
if (process.env['M8TES_BENCH_DIST'] === undefined) {
  console.log('Building the library …');
  await build();
}

const scaled = quick
  ? (row) => ({
      ...row,
      samples: Object.fromEntries(
        Object.entries(row.samples).map(([name, options]) => [name, { count: 1, ...options }]),
      ),
    })
  : (row) => row;
const wanted = rows(scale)
  .filter(({ what }) => only === undefined || new RegExp(only, 'i').test(what))
  .map(scaled);
const missing = wanted.filter(isMissing);
const present = wanted.filter((row) => !isMissing(row));
for (const { what, needs } of missing) {
  console.log(`Skipped, because ${variants[needs[0]].needs} is not installed: ${what}`);
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
  if (number < all) console.log(`Round ${number + 1} of ${all} is done.`);
}

const lines = [...results].map(([row, told]) => {
  const value = row.value(told);
  const [figure, detail] = row.show(value, told);
  const { text = '', isMet } = row.target ?? {};
  return { what: row.what, figure, detail, target: text, met: isMet?.(value) };
});
const weights = only === undefined ? await sizes() : [];
for (const { what, bytes, limit } of weights) {
  lines.push({
    what: `size, minified and gzipped, without rxjs: ${what}`,
    figure: `${(bytes / 1000).toFixed(1)} kB`,
    detail: '',
    target: limit === undefined ? '' : `≤ ${limit / 1000} kB`,
    met: limit === undefined ? undefined : bytes <= limit,
  });
}

for (const { what, figure, detail, target, met } of lines) {
  const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
  console.log(
    [what.padEnd(66), figure.padStart(9), target.padEnd(9), verdict.padEnd(6), detail].join('  '),
  );
}
if (quick) {
  console.log(
    'The figures of a quick run mean nothing. All variants were asked whether they agree.',
  );
} else if (only === undefined && process.env['M8TES_BENCH_DIST'] === undefined) {
  await report(lines, {
    rounds: all,
    scale,
    pins: JSON.parse(readFileSync(join(bench, 'package.json'), 'utf8')).dependencies,
  });
}
if (disagreements > 0) process.exitCode = 1;
