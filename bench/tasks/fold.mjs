// What an operator costs an event, in runs of a length. The same events are read whatever the
// length, so that only the length differs: fewer events, read again and again, would come from a
// faster memory.
import { runs } from '../corpus.mjs';
import { library, ofLibrary } from '../here.mjs';
import { stopwatch } from '../stopwatch.mjs';

export const measure = async ({ operator, events, total, warm = 1, count = 5 }) => {
  const { [operator]: make } = await library();
  const { from } = await ofLibrary('rxjs');
  const all = runs.texts(total);
  const parts = [];
  for (let at = 0; at < all.length; at += events) parts.push(all.slice(at, at + events));
  let fastest = Infinity;
  let characters;
  for (let pass = 0; pass < warm + count; pass++) {
    characters = 0;
    const stop = stopwatch();
    for (const part of parts) {
      let last;
      from(part)
        .pipe(make())
        .subscribe((result) => (last = result));
      characters += last.text.length;
    }
    const took = stop().ms;
    if (pass >= warm) fastest = Math.min(fastest, took);
  }
  return { ns: (fastest * 1e6) / all.length, characters };
};
