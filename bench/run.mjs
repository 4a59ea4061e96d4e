// `npm run bench`: prints the tables and writes them to docs/performance.md.
//   -- --quick         that all of it runs, and that the variants tell the same
//   -- --only=PATTERN  only the rows whose name matches (`relay:` has viewers); writes nothing
//   -- --rounds=N      samples of each variant (default 7)
//   -- --again         writes the page from the last run's figures; measures nothing
import console from 'node:console';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { sizes } from '../.ci/size.mjs';
import { build } from './build.mjs';
import { columns } from './columns.mjs';
import { conditions } from './conditions.mjs';
import { cache } from './here.mjs';
import { report } from './report.mjs';
import { install, installed, missing, pins, round } from './sampling.mjs';
import { rows } from './table.mjs';
import { tables } from './tables.mjs';

const { again, quick, only, rounds } = parseArgs({
  options: {
    again: { type: 'boolean', default: false },
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
      viewing: {
        ...{ pace: 200, paced: 40, crowd: 20, busy: { runs: 5, events: 20, pace: 50 } },
        loads: [
          { viewers: 1, runs: 1, events: 1_000 },
          { viewers: 20, runs: 1, events: 1_000 },
        ],
      },
    }
  : {
      events: 40_000,
      folded: 200_000,
      runs: 1_000,
      requests: 1_000,
      streams: 1_000,
      fresh: 15,
      marks: [100_000, 1_000_000],
      viewing: {
        ...{ pace: 200, paced: 1_000, crowd: 100, busy: { runs: 20, events: 250, pace: 50 } },
        loads: [
          { viewers: 1, runs: 1, events: 20_000 },
          { viewers: 10, runs: 1, events: 20_000 },
          { viewers: 100, runs: 1, events: 20_000 },
          { viewers: 1_000, runs: 1, events: 2_000 },
          { viewers: 1_000, runs: 100, events: 200 },
        ],
      },
    };

const prepare = async () => {
  if (!Object.keys(pins).every(installed)) {
    console.log('Installing the peers …');
    if (!install() && !quick) throw new Error('The peers could not be installed.');
  }
  if (process.env['M8TES_BENCH_DIST'] !== undefined) return;
  console.log('Building the library …');
  await build();
};

/** A quick run reads everything once, and once more. */
const hurried = (row) => {
  const samples = Object.entries(row.samples).map(([name, options]) => [
    name,
    { ...options, warm: 1, count: 1 },
  ]);
  return { ...row, samples: Object.fromEntries(samples), repeat: 1 };
};

const all = quick ? 1 : Number(rounds ?? 7);

/** What a row's variants told of the run must be the same, and something. */
const disagreements = ({ what, agree = [] }, told) =>
  agree.flatMap((field) => {
    const values = new Set(Object.values(told).map((each) => each[field]));
    if (values.size === 1 && !values.has(0)) return [];
    return [`${what}: the ${field} differ, or are none: ${[...values].join(', ')}`];
  });

/** The rows with what each round told of them. */
const measured = (wanted) => {
  const results = new Map(wanted.map((row) => [row, []]));
  const most = Math.max(...wanted.map(({ repeat }) => repeat));
  const wrong = [];
  for (let number = 0; number < most; number++) {
    const turn = wanted.filter(({ repeat }) => number < repeat);
    const toldOf = round(turn, number, { isHurried: quick });
    for (const row of turn) {
      const told = toldOf(row);
      results.get(row).push(told);
      wrong.push(...disagreements(row, told));
    }
    if (number < all && !quick) console.log(`Round ${number + 1} of ${all} is done.`);
  }
  if (wrong.length > 0) throw new Error(`There is nothing to compare:\n${wrong.join('\n')}`);
  return results;
};

/** Of a quick run there is no more to tell: its figures mean nothing. */
const tellQuick = (results, isWhole) => {
  const lines = [...results].map(([{ what, agree }, [told]]) => [
    what,
    agree === undefined ? 'runs' : `agrees on ${told.ours.texts.toLocaleString('en')} texts`,
  ]);
  for (const line of columns(lines)) console.log(line);
  const what = isWhole ? 'All of it' : 'What is installed';
  console.log(`\n${what} runs, and the variants agree. The figures are for \`npm run bench\`.`);
};

/** A line of a table: what a row amounts to. */
const lineOf = ([{ what, value, show, target, isBehind, cell }, told]) => {
  const number = value(told);
  const [figure, detail] = show(number, told);
  return {
    ...{ what, number, figure, detail, cell },
    target: target?.text,
    mark: target?.mark(number),
    isBehind: isBehind?.(number) ?? false,
  };
};

const print = (lines, weights) => {
  for (const { title, heads, rows, figures } of tables(lines, weights)) {
    console.log(`\n${title}\n\n${columns([heads, ...rows], figures).join('\n')}`);
  }
};

const last = join(cache, 'last.json');

const run = async () => {
  await prepare();
  const wanted = rows(scale)
    .filter(({ what }) => only === undefined || new RegExp(only, 'i').test(what))
    .map((row) => (quick ? hurried(row) : { ...row, repeat: Math.max(row.repeat ?? all, all) }));
  const absent = [...new Set(wanted.flatMap(missing))].join(', ');
  if (absent !== '') console.log(`Left out is what needs ${absent}: not installed, or in part.`);
  const results = measured(wanted.filter((row) => missing(row).length === 0));
  if (quick) return tellQuick(results, absent === '');

  const lines = [...results].map(lineOf);
  const weights = only === undefined ? await sizes() : [];
  print(lines, weights);
  const isPublished = only === undefined && process.env['M8TES_BENCH_DIST'] === undefined;
  if (!isPublished || absent !== '') return;
  const figures = { lines, weights, conditions: conditions({ rounds: all, scale }) };
  writeFileSync(last, JSON.stringify(figures));
  await report(figures);
};

if (again) await report(JSON.parse(readFileSync(last, 'utf8')));
else await run();
