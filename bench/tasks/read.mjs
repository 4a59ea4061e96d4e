// How long a variant takes to read the whole run: the fastest of five passes, or of as many as three
// seconds hold, after one to warm up. (Where the cores are shared, a quick variant needs the more.)
import { performance } from 'node:perf_hooks';
import { answer } from '../body.mjs';
import { chunks, corpus } from '../corpus.mjs';
import { fetch } from '../here.mjs';
import { served } from '../served.mjs';
import { stopwatch } from '../stopwatch.mjs';
import { tally } from '../tally.mjs';
import { variants } from '../variants.mjs';

const passes = async (open, read, { count, time }) => {
  const began = performance.now();
  let fastest = { ms: Infinity };
  let told;
  for (let pass = 0; pass <= count || performance.now() - began < time; pass++) {
    const { add, result } = tally();
    const response = await open();
    const stop = stopwatch();
    await read(response, add);
    const took = stop();
    if (pass > 0 && took.ms < fastest.ms) fastest = took;
    told = result();
  }
  return { ...fastest, ...told };
};

export const measure = async ({ variant, shape, events, size, http = false, ...options }) => {
  const limits = { count: 5, time: 3_000, ...options };
  const { load, shape: usual } = variants[variant];
  const read = await load();
  if (http) return served({ events, size }, (url) => passes(() => fetch(url), read, limits));
  const parts = chunks(corpus(events), shape ?? usual, size);
  return passes(() => answer(parts), read, limits);
};
