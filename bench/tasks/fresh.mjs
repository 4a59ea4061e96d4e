// One run in a process that has read none: both sides' modules are loaded, the stream is written, and
// the clock runs from the call to the last event.
import { inMemory } from '../source.mjs';
import { shapes, stream } from '../shapes.mjs';
import { stopwatch } from '../stopwatch.mjs';
import { tally } from '../tally.mjs';
import { variants } from '../variants.mjs';

const compared = ['events', 'create', 'by-hand'];

export const measure = async ({ variant, shape, events, size }) => {
  const loaded = {};
  for (const name of compared) loaded[name] = await variants[name].load();
  const source = inMemory(stream(shape, { count: events, size }));
  const read = loaded[variant](source, shapes[shape].tells);
  const { add, result } = tally();
  const stop = stopwatch();
  await read(add);
  return { ...stop(), ...result() };
};
