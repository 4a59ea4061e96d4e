// `npm run bench`: prints the tables and writes them to docs/performance.md.
//   -- --quick         that all of it runs, and that the variants tell the same
//   -- --only=PATTERN  only the rows whose name matches; writes nothing
//   -- --rounds=N      samples of each variant (default 7)
import console from 'node:console';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { sizes } from '../.ci/size.mjs';
import { build } from './build.mjs';
import { columns } from './columns.mjs';
import { report } from './report.mjs';
import { install, installed, missing, pins, round } from './sampling.mjs';
import { rows } from './table.mjs';
import { tables } from './tables.mjs';

const { quick, only, rounds } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
  },
}).values;

const scale = quick
  ? {
      events: 2_000,
      folded: 20_000,
      runs: 20,
      requests: 20,
      streams: 20,
      fresh: 1,
      marks: [4_000, 20_000],
    }
  : {
      events: 40_000,
      folded: 200_000,
      runs: 1_000,
      requests: 1_000,
      streams: 1_000,
      fresh: 15,
      marks: [100_000, 1_000_000],
    };

if (!Object.keys(pins).every(installed)) {
  console.log('Installing the peers …');
  if (!install()) {
    if (!quick) throw new Error('The peers could not be installed, and there is no table without.');
    console.log('They could not be installed (no network?). What is there is compared.');
  }
}
if (process.env['M8TES_BENCH_DIST'] === undefined) {
  console.log('Building the library …');
  await build();
}

/** A quick run reads everything once, and once more. */
const hurried = (row) => {
  const samples = Object.entries(row.samples).map(([name, options]) => [
    name,
    { ...options, warm: 1, count: 1 },
  ]);
  return { ...row, samples: Object.fromEntries(samples), repeat: 1 };
};

const all = quick ? 1 : Number(rounds ?? 7);
const wanted = rows(scale)
  .filter(({ what }) => only === undefined || new RegExp(only, 'i').test(what))
  .map((row) => (quick ? hurried(row) : { ...row, repeat: Math.max(row.repeat ?? all, all) }));
const present = wanted.filter((row) => missing(row).length === 0);
const absent = new Set(wanted.flatMap(missing));
if (absent.size > 0) {
  console.log(`Left out is what needs ${[...absent].join(', ')}: not installed, or not wholly.`);
}

const results = new Map(present.map((row) => [row, []]));
const most = Math.max(...present.map(({ repeat }) => repeat));
let disagreements = 0;
for (let number = 0; number < most; number++) {
  const turn = present.filter(({ repeat }) => number < repeat);
  const toldOf = round(turn, number, { isHurried: quick });
  for (const row of turn) {
    const told = toldOf(row);
    results.get(row).push(told);
    for (const field of row.agree ?? []) {
      const values = new Set(Object.values(told).map((each) => each[field]));
      if (values.size === 1 && !values.has(0)) continue;
      disagreements++;
      console.error(`${row.what}: the ${field} differ, or are none: ${[...values].join(', ')}`);
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
  const lines = [...results].map(([row, told]) => {
    const number = row.value(told);
    const [figure, detail] = row.show(number, told);
    return { ...row, number, figure, detail, mark: row.target?.mark(number), told };
  });
  const weights = only === undefined ? await sizes() : [];
  const made = tables(lines, weights);
  for (const { title, heads, rows, figures } of made) {
    console.log(`\n${title}\n\n${columns([heads, ...rows], figures).join('\n')}`);
  }
  if (only !== undefined || process.env['M8TES_BENCH_DIST'] !== undefined) return;
  await report(lines, made, { rounds: all, scale, pins });
};

if (disagreements > 0) {
  console.error('The variants do not agree: there is nothing to compare.');
  process.exitCode = 1;
} else if (quick) tellQuick();
else await tellAll();
