// Where things are, and what the platform has: the linter knows only what the language has.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const { AbortController, clearTimeout, fetch, gc, Response, setTimeout } = globalThis;

export const bench = dirname(fileURLToPath(import.meta.url));
export const root = join(bench, '..');

/** Out of everybody's way, and below the root's node_modules, so that it finds what dist finds. */
export const cache = join(root, 'node_modules', '.cache', 'm8tes-rx-bench');

/** The build that is measured. `M8TES_BENCH_DIST` measures another one. */
export const dist = process.env['M8TES_BENCH_DIST'] ?? join(cache, 'dist');

/** A package as the library finds it: a peer may have brought another copy. */
export const ofLibrary = async (name) => {
  const require = createRequire(join(dist, 'index.js'));
  return import(pathToFileURL(require.resolve(name)).href);
};

/** For the peers that want a newer Node than the library does. */
export const newestNode = join(bench, 'node_modules', 'node', 'bin', 'node');

export const library = async () => import(pathToFileURL(join(dist, 'index.js')).href);

export const libraryRelay = async () => import(pathToFileURL(join(dist, 'relay.js')).href);

export const libraryRedis = async () => import(pathToFileURL(join(dist, 'redis.js')).href);

/** Bytes in the heap that something holds (node --expose-gc). */
export const heapUsed = () => {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
};
