// Many runs at once: how long until all are read, and the most memory the process had.
import process from 'node:process';
import { inMemory, served } from '../source.mjs';
import { shapes, stream } from '../shapes.mjs';
import { stopwatch } from '../stopwatch.mjs';
import { tally } from '../tally.mjs';
import { variants } from '../variants.mjs';

const once = async (read, runs) => {
  const all = Array.from({ length: runs }, tally);
  const stop = stopwatch();
  await Promise.all(all.map(({ add }) => read(add)));
  const took = stop();
  const told = all.map(({ result }) => result());
  if (new Set(told.map(({ sum }) => sum)).size !== 1) throw new Error('the runs differ');
  const [{ texts, characters, sum }] = told;
  return { ...took, texts: texts * runs, characters, sum };
};

export const measure = async (options) => {
  const { variant, shape, events, size, runs, http, warm = 1, count = 2 } = options;
  const open = await variants[variant].load();
  const passes = async (source) => {
    const read = open(source, shapes[shape].tells);
    const results = [];
    for (let pass = 0; pass < warm + count; pass++) results.push(await once(read, runs));
    const [fastest] = results.slice(warm).sort((a, b) => a.wall - b.wall);
    return { ...fastest, peak: process.resourceUsage().maxRSS / 1024 };
  };
  if (http) return served({ shape, count: events, size }, passes);
  return passes(inMemory(stream(shape, { count: events, size })));
};
