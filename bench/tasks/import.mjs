// How long it takes to import rxjs, and then the library, in a fresh process.
import { library, ofLibrary } from '../here.mjs';
import { stopwatch } from '../stopwatch.mjs';

export const measure = async ({ what }) => {
  const stop = stopwatch();
  await (what === 'rxjs' ? ofLibrary('rxjs') : library());
  return stop();
};
