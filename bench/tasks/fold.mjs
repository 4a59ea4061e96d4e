// What an operator costs an event, in runs of a length. The same events are read whatever the
// length, so that only the length differs: fewer events, read again and again, would come from a
// faster memory.
import { corpus } from '../corpus.mjs';
import { library, ofLibrary } from '../here.mjs';
import { stopwatch } from '../stopwatch.mjs';

export const measure = async ({ operator, events, total, count = 5 }) => {
  const { [operator]: make } = await library();
  const { from } = await ofLibrary('rxjs');
  const all = corpus(total, { bigResult: false });
  const runs = Array.from({ length: total / events }, (_, run) =>
    all.slice(run * events, (run + 1) * events),
  );
  let fastest = Infinity;
  let last;
  for (let pass = 0; pass <= count; pass++) {
    const stop = stopwatch();
    for (const run of runs) {
      from(run)
        .pipe(make())
        .subscribe((result) => (last = result));
    }
    const took = stop().ms;
    if (pass > 0) fastest = Math.min(fastest, took);
  }
  const { text, toolCalls } = last;
  return { ns: (fastest * 1e6) / total, characters: text.length, calls: toolCalls.length };
};
