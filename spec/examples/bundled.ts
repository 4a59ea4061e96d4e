import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(__dirname, '../..');

/** CommonJS that is bundled into a module has no `require` of its own. */
const js =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Examples as bundles for plain Node, in a folder of the spec's own: tsx takes its time to begin. */
export const bundled = (...examples: readonly string[]): { readonly folder: () => string } => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-bundled-'));
    await build({
      entryPoints: examples.map((name) => join(root, 'examples', `${name}.ts`)),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js },
      logLevel: 'error',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder: () => folder };
};
