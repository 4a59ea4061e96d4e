// What a relay holds for a reader that takes nothing: the frames of a run that waits within its
// buffer, in memory of every kind (node --expose-gc).
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { runs } from '../corpus.mjs';
import { libraryRelay, ofLibrary } from '../here.mjs';

const used = () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};

export const measure = async ({ megabytes }) => {
  const { relay } = await libraryRelay();
  const { from, map, NEVER, concat, take } = await ofLibrary('rxjs');
  const delta = runs.textsWithIds(200).find(({ type }) => type === 'text-delta');
  const frame = `data: ${JSON.stringify(delta)}\n\n`.length;
  const count = Math.floor((megabytes * 2 ** 20) / frame);
  const before = used();
  const run$ = concat(
    from({ length: count }).pipe(
      map(() => delta),
      take(count),
    ),
    NEVER,
  );
  const response = relay(run$);
  await pause(20);
  const held = used() - before;
  await response.body.cancel();
  return { held, count };
};
