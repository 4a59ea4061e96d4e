// How long a variant takes to read the whole run: the fastest of a few passes, after one to warm up.
import { answer } from '../body.mjs';
import { chunks, corpus } from '../corpus.mjs';
import { fetch } from '../here.mjs';
import { served } from '../served.mjs';
import { stopwatch } from '../stopwatch.mjs';
import { tally } from '../tally.mjs';
import { variants } from '../variants.mjs';

const passes = async (open, read, count) => {
  let fastest = { ms: Infinity };
  let told;
  for (let pass = 0; pass <= count; pass++) {
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

export const measure = async ({ variant, shape, events, size, http = false, count = 5 }) => {
  const { load, shape: usual } = variants[variant];
  const read = await load();
  if (http) return served({ events, size }, (url) => passes(() => fetch(url), read, count));
  const parts = chunks(corpus(events), shape ?? usual, size);
  return passes(() => answer(parts), read, count);
};
