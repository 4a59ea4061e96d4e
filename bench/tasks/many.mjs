// Many runs at once: how long until all are read, and the most memory the process had.
import process from 'node:process';
import { answer } from '../body.mjs';
import { chunks, corpus } from '../corpus.mjs';
import { fetch } from '../here.mjs';
import { served } from '../served.mjs';
import { stopwatch } from '../stopwatch.mjs';
import { tally } from '../tally.mjs';
import { variants } from '../variants.mjs';

export const measure = async ({ variant, runs, events, size, http = false, count = 5 }) => {
  const { load, shape } = variants[variant];
  const read = await load();
  const once = async (open) => {
    const all = Array.from({ length: runs }, tally);
    const stop = stopwatch();
    await Promise.all(all.map(async ({ add }) => read(await open(), add)));
    const took = stop();
    const told = all.map(({ result }) => result());
    const sums = new Set(told.map(({ sum }) => sum));
    if (sums.size !== 1) throw new Error(`${variant}: the runs differ`);
    return {
      ...took,
      texts: told.reduce((texts, each) => texts + each.texts, 0),
      sum: told[0].sum,
    };
  };
  const passes = async (open) => {
    const results = [];
    for (let pass = 0; pass < count; pass++) results.push(await once(open));
    const [fastest] = results.sort((a, b) => a.ms - b.ms);
    return { ...fastest, peak: process.resourceUsage().maxRSS / 1024 };
  };
  if (http) return served({ events, size }, (url) => passes(() => fetch(url)));
  const parts = chunks(corpus(events), shape, size);
  return passes(async () => answer(parts));
};
