// How long a variant takes to read the whole run: the fastest of so many passes, the same number for
// every variant, after some to warm up.
import { inMemory, served } from '../source.mjs';
import { shapes, stream } from '../shapes.mjs';
import { stopwatch } from '../stopwatch.mjs';
import { tally } from '../tally.mjs';
import { variants } from '../variants.mjs';

const passes = async (read, { warm, count }) => {
  let fastest = { ms: Infinity };
  let told;
  for (let pass = 0; pass < warm + count; pass++) {
    const { add, result } = tally();
    const stop = stopwatch();
    await read(add);
    const took = stop();
    if (pass >= warm && took.ms < fastest.ms) fastest = took;
    told = result();
  }
  return { ...fastest, ...told };
};

export const measure = async ({ variant, shape, events, size, http = false, ...options }) => {
  const limits = { warm: 2, count: 5, ...options };
  const { load, dialect } = variants[variant];
  const open = await load();
  const read = (source) => passes(open(source, shapes[shape].tells), limits);
  const what = { count: events, size, dialect };
  return http ? served({ shape, ...what }, read) : read(inMemory(stream(shape, what)));
};
