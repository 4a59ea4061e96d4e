// Builds what is published, by the root's own configuration, into the benchmark's cache: so it is
// never an old one, and nobody's `dist` is touched.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chdir } from 'node:process';
import { rollup } from 'rollup';
import configs from '../rollup.config.mjs';
import { cache, dist, root } from './here.mjs';

export const build = async () => {
  chdir(root); // the configuration's paths begin there
  const [{ output, plugins, ...input }] = configs; // the second makes the types
  const bundle = await rollup({
    ...input,
    plugins: plugins.filter(({ name }) => name !== 'clean'),
  });
  mkdirSync(cache, { recursive: true });
  cpSync(join(root, 'package.json'), join(cache, 'package.json'));
  for (const format of output) await bundle.write({ ...format, dir: dist });
  await bundle.close();
};
