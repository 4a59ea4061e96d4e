// What an operator costs an event, in runs of a length: as many events in all, whatever the length.
import { corpus } from '../corpus.mjs';
import { library, ofLibrary } from '../here.mjs';
import { stopwatch } from '../stopwatch.mjs';

export const measure = async ({ operator, events, total, count = 5 }) => {
  const { [operator]: make } = await library();
  const { from } = await ofLibrary('rxjs');
  const run = corpus(events, { bigResult: false });
  let fastest = Infinity;
  let last;
  for (let pass = 0; pass <= count; pass++) {
    const stop = stopwatch();
    for (let done = 0; done < total; done += run.length) {
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
