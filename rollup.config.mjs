import { rmSync } from 'node:fs';
import esbuild from 'rollup-plugin-esbuild';
import { dts } from 'rollup-plugin-dts';

const input = {
  index: 'lib/index.ts',
  server: 'lib/server/index.ts',
  testing: 'lib/testing/index.ts',
};

// Nothing is bundled in: a second rxjs would break types and `instanceof`.
const external = /^(?:node:|(?:rxjs|eventsource-parser|io-ts|fp-ts)(?:\/|$))/;

// `fp-ts/Either` is a folder with a package.json, which plain Node ESM and TypeScript's `nodenext`
// do not look into; the file behind it is found by all.
const paths = (id) => id.replace(/^(fp-ts|io-ts)\/(?:lib\/|es6\/)?(\w+)(?:\.js)?$/, '$1/lib/$2.js');

// One build a format for all the doors: what two of them share is a chunk, so that an error thrown
// through one door is an `instanceof` the class taken from another.
const output = (format, extension) => ({
  dir: 'dist',
  format,
  paths,
  entryFileNames: `[name].${extension}`,
  chunkFileNames: `chunks/[name].${extension}`,
});

const clean = { name: 'clean', buildStart: () => rmSync('dist', { recursive: true, force: true }) };

/** The names each door exports at runtime, noted by the first build for the second. */
const runtimeNames = new Map();

const noteNames = {
  name: 'note-names',
  generateBundle: (_, bundle) => {
    for (const { isEntry, name, exports } of Object.values(bundle)) {
      if (isEntry) runtimeNames.set(name, new Set(exports));
    }
  },
};

// A name that is a type and a value in one file, and that the door exports as a type only, comes
// out of the bundling of types as both: the import of a value that is not there would compile.
const typesStayTypes = {
  name: 'types-stay-types',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle)) {
      if (!chunk.isEntry) continue;
      const names = runtimeNames.get(chunk.name);
      const isValue = (specifier) => names.has(specifier.split(' as ').at(-1));
      chunk.code = chunk.code.replace(/^export \{ (.*) \}(.*;)$/gm, (_, list, rest) => {
        const specifiers = list.split(', ');
        const values = specifiers.filter(isValue);
        const types = specifiers.filter((specifier) => !isValue(specifier));
        return [
          ...(values.length > 0 ? [`export { ${values.join(', ')} }${rest}`] : []),
          ...(types.length > 0 ? [`export type { ${types.join(', ')} }${rest}`] : []),
        ].join('\n');
      });
    }
  },
};

// A warning here is a mistake: an import nobody declared, a cycle between chunks, an empty door.
const onLog = (level, log, handler) => handler(level === 'warn' ? 'error' : level, log);

export default [
  {
    input,
    external,
    onLog,
    plugins: [clean, esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' }), noteNames],
    output: [
      { ...output('es', 'js'), sourcemap: true },
      { ...output('cjs', 'cjs'), sourcemap: true, exports: 'named', interop: 'esModule' },
    ],
  },
  {
    input,
    external,
    onLog,
    plugins: [dts(), typesStayTypes],
    output: [output('es', 'd.ts'), output('es', 'd.cts')],
  },
];
