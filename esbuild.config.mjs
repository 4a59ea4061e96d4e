// The page of the console: `node esbuild.config.mjs <folder>` makes it of the sources, for
// `npm run console`; `npm run build` makes it of what is published.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, 'lib/console/page');

/** What says whose work is in a folder. */
const LICENSES = 'THIRD-PARTY-LICENSES';
const between = `\n${'-'.repeat(80)}\n\n`;

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
  return licenses.join(between);
};

/** Makes `index.html`, `console.js` and `console.css` in a folder, and says whose work is in them. */
export const page = async (outdir, { library } = {}) => {
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    entryPoints: ['page.ts', 'page.css'].map((file) => ({
      in: join(sources, file),
      out: 'console',
    })),
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'eof',
    alias: library === undefined ? {} : { 'm8tes-rx': resolve(library) },
    absWorkingDir: here,
    metafile: true,
    logLevel: 'warning',
  });
  cpSync(join(sources, 'page.html'), join(outdir, 'index.html'));
  const files = Object.keys(metafile.inputs).map((file) => join(here, file));
  const licenses = [licensesOf(files)];
  // What was built of the library has others' work in it already.
  if (library !== undefined) licenses.push(readFileSync(join(dirname(library), LICENSES), 'utf8'));
  writeFileSync(join(outdir, LICENSES), licenses.join(between));
};

const [, self = '', folder] = process.argv;
if (resolve(self) === fileURLToPath(import.meta.url)) await page(folder);
