// How long it takes to import the library where rxjs is there already, in a fresh process: the two
// in processes of their own differ by less than either varies.
import { library, ofLibrary } from '../here.mjs';
import { stopwatch } from '../stopwatch.mjs';

export const measure = async () => {
  const rxjs = stopwatch();
  await ofLibrary('rxjs');
  const { ms: alone } = rxjs();
  const ours = stopwatch();
  await library();
  return { ...ours(), alone };
};
