// How long it takes to import rxjs, and then the library, in a fresh process.
import { performance } from 'node:perf_hooks';
import { library, ofLibrary } from '../here.mjs';

export const measure = async ({ what }) => {
  const start = performance.now();
  await (what === 'rxjs' ? ofLibrary('rxjs') : library());
  return { ms: performance.now() - start };
};
