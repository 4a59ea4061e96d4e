// The page of the console: `node esbuild.config.mjs <folder>` makes it of the sources, for
// `npm run console`; `npm run build` makes it of what is published.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, 'lib/console/page');

/** The licences of the packages that these files are of, each once. */
export const licensesOf = (files) => {
  const folders = files
    .map((file) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0])
    .filter(Boolean);
  const licenses = [...new Set(folders)].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const [file] = ['LICENSE', 'LICENSE.txt', 'LICENSE.md'].filter((one) =>
      existsSync(join(folder, one)),
    );
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return licenses.join(`\n${'-'.repeat(80)}\n\n`);
};

/** Makes `index.html`, `console.js` and `console.css` in a folder, and says whose work is in them. */
export const page = async (outdir, { library } = {}) => {
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    entryPoints: { console: join(sources, 'page.ts') },
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none', // they are in the file below, whole
    alias: library === undefined ? {} : { 'm8tes-rx': resolve(library) },
    absWorkingDir: here,
    metafile: true,
    logLevel: 'warning',
  });
  await build({
    entryPoints: { console: join(sources, 'page.css') },
    outdir,
    minify: true,
    logLevel: 'warning',
  });
  cpSync(join(sources, 'page.html'), join(outdir, 'index.html'));
  const files = Object.keys(metafile.inputs).map((file) => join(here, file));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES'), licensesOf(files));
};

const [, self = '', folder] = process.argv;
if (resolve(self) === fileURLToPath(import.meta.url)) await page(folder);
