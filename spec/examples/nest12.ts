import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type * as Nest from '../../examples/relay/nest';

const examples = join(__dirname, '../../examples/relay');
const folder = join(__dirname, 'nest-12');
const packages = ['common', 'core', 'platform-express'].map((name) => `@nestjs/${name}`);

/**
 * The page of Nest in Nest 12, where the root has 11. It is of ES modules, which jest cannot
 * require: so it is bundled with the page, and what is outside it shares with the specs.
 */
export const nest12 = async (): Promise<typeof Nest> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(examples, 'nest.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    alias: Object.fromEntries(packages.map((name) => [name, join(folder, 'node_modules', name)])),
    external: [
      ...['./ours', 'm8tes-rx', 'rxjs', 'reflect-metadata'],
      ...['@nestjs/microservices', '@nestjs/websockets', 'class-transformer', 'class-validator'],
    ],
    supported: { 'dynamic-import': false }, // jest has none
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(folder, 'package.json')).href) },
    metafile: true,
    logLevel: 'error',
  });
  const nests = Object.keys(metafile.inputs).filter((file) => /node_modules.@nestjs/.test(file));
  expect(nests.filter((file) => !file.includes('nest-12'))).toEqual([]);
  const shared = (name: string): unknown =>
    jest.requireActual(name === './ours' ? join(examples, 'ours') : name);
  const page = { exports: {} };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is our own
  new Function('require', 'module', outputFiles[0]!.text)(shared, page);
  return page.exports as typeof Nest;
};
