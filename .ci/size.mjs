// What the main door weighs, minified and gzipped, rxjs aside: `npm run size`. Fails when it weighs
// more than it may.
import console from 'node:console';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build as bundle } from 'esbuild';
import { build } from '../bench/build.mjs';
import { dist } from '../bench/here.mjs';

const third = ['io-ts', 'fp-ts', 'eventsource-parser'];

/** Bytes of a module that has these names of the door (all, when none is given). */
const weigh = async (external, names) => {
  const door = JSON.stringify(join(dist, 'index.js'));
  const { outputFiles } = await bundle({
    stdin: {
      contents: `export ${names === undefined ? '*' : `{ ${names.join(', ')} }`} from ${door}`,
      resolveDir: dist,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    external: ['rxjs', 'node:*', ...external],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
};

/** The sizes, each with its limit. */
export const sizes = async () => [
  { what: 'our own code', bytes: await weigh(third), limit: 8_000 },
  { what: 'with io-ts, fp-ts and eventsource-parser', bytes: await weigh([]), limit: 16_000 },
  { what: '`events()` and `textOnly()` alone', bytes: await weigh(third, ['events', 'textOnly']) },
  { what: 'the same, with all three', bytes: await weigh([], ['events', 'textOnly']) },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build();
  for (const { what, bytes, limit } of await sizes()) {
    const isOver = bytes > limit;
    if (isOver) process.exitCode = 1;
    const verdict = limit === undefined ? '' : ` (${isOver ? 'more than' : 'of'} ${limit})`;
    console.log(`${String(bytes).padStart(6)} bytes: ${what}${verdict}`);
  }
}
