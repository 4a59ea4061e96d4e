import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import esbuild from 'rollup-plugin-esbuild';
import { dts } from 'rollup-plugin-dts';
import { licensesOf, page } from './esbuild.config.mjs';

const input = {
  'ag-ui': 'lib/bridges/ag-ui/index.ts',
  index: 'lib/index.ts',
  'ai-sdk': 'lib/bridges/ai-sdk/index.ts',
  redis: 'lib/redis/index.ts',
  relay: 'lib/relay/index.ts',
  server: 'lib/server/index.ts',
  testing: 'lib/testing/index.ts',
};

// A second rxjs would break types and `instanceof`.
const external = /^(?:node:|rxjs(?:\/|$))/;

// The other packages are bundled in: plain Node would load them as dozens of CommonJS files, which
// takes longer than all the rest. Their ES modules lie beside those.
const bundleIn = {
  name: 'bundle-in',
  resolveId: (id, importer) =>
    /^(?:eventsource-parser|io-ts|fp-ts)(?:\/|$)/.test(id)
      ? createRequire(importer)
          .resolve(id)
          .replace(/([\\/](?:io-ts|fp-ts)[\\/])lib(?=[\\/])/, '$1es6')
          .replace(/\.cjs$/, '.js')
      : null,
};

/** Where a module calls something while it loads. */
const callsOnLoad = (node) => {
  if (typeof node !== 'object' || node === null) return [];
  if (/Function|ExpressionStatement/.test(node.type)) return [];
  const inside = Object.values(node).flatMap(callsOnLoad);
  return /^(?:Call|New)Expression$/.test(node.type) ? [node.start, ...inside] : inside;
};

// `sideEffects: false` lets a bundler leave out whole files, and a build has few. So each value that
// is made on load (a codec, a class of io-ts) says of itself that nobody misses it if it is unused.
const markPure = {
  name: 'mark-pure',
  transform(code) {
    const starts = [...new Set(callsOnLoad(this.parse(code)))].sort((a, b) => a - b);
    const parts = [0, ...starts].map((start, index) => code.slice(start, starts[index]));
    return { code: parts.join('/* @__PURE__ */ '), map: null };
  },
};

// What is bundled in, is handed on under its licence.
const nameLicenses = {
  name: 'name-licenses',
  generateBundle(_, bundle) {
    const files = Object.values(bundle).flatMap(({ modules = {} }) => Object.keys(modules));
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES', source: licensesOf(files) });
  },
};

// One build a format for all the doors: what two of them share is a chunk, so that an error thrown
// through one door is an `instanceof` the class taken from another. What is small goes with the
// errors, or with the kinds of events: on Node a file more takes half a millisecond to import.
const output = (format, extension) => ({
  dir: 'dist',
  format,
  entryFileNames: `[name].${extension}`,
  chunkFileNames: `chunks/[name].${extension}`,
  manualChunks: {
    errors: ['lib/errors.ts', 'lib/events/encode.ts', 'lib/events/json.ts'],
    kinds: [
      ...['lib/events/kinds.ts', 'lib/events/decode.ts', 'lib/operator.ts'],
      ...['lib/operators/calls.ts', 'lib/operators/Conclusion.ts', 'lib/operators/texts.ts'],
      ...['lib/api/objects.ts', 'lib/api/questions.ts'],
      ...['lib/stream/interruption.ts', 'lib/stream/Tally.ts'],
    ],
  },
});

// The types are one chunk: what two doors share of them leans on what neither shows.
const types = (extension) => ({
  ...output('es', extension),
  manualChunks: (file) => (/[\\/]index\.ts$/.test(file) ? null : 'types'),
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

// The types are bundled in as the code is. What fp-ts adds to a module of its own stays behind: it is
// for its higher kinds, and no type of ours speaks of them.
const withoutKinds = {
  name: 'without-kinds',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle))
      chunk.code = chunk.code.replace(/^declare module '\.\/HKT' \{[^]*?^\}\n/gm, '');
  },
};

// What TypeScript calls `Uint8Array<ArrayBuffer>` has no argument before 5.7. This is the same, to all.
const bytesOfAllTimes = {
  name: 'bytes-of-all-times',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle))
      chunk.code = chunk.code.replaceAll(
        'Uint8Array<ArrayBuffer>',
        'ReturnType<typeof Uint8Array.of>',
      );
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

// The page of the console, with what was built of the library, and what runs it.
const runnable = {
  name: 'runnable',
  writeBundle: async () => {
    chmodSync('dist/command.js', 0o755);
    await page('dist/console', { library: 'dist/index.js' });
  },
};

// A warning here is a mistake: an import nobody declared, a cycle between chunks, an empty door.
const onLog = (level, log, handler) => handler(level === 'warn' ? 'error' : level, log);

export default [
  {
    input,
    external,
    onLog,
    treeshake: { moduleSideEffects: false }, // as package.json says of ours, and theirs of them
    context: '(void 0)', // where the helpers of TypeScript in io-ts look for others
    plugins: [
      clean,
      bundleIn,
      esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' }),
      markPure,
      noteNames,
      nameLicenses,
    ],
    output: [
      { ...output('es', 'js'), sourcemap: true },
      {
        ...output('cjs', 'cjs'), // without maps, which hold the sources once more: it is as readable
        exports: 'named',
        interop: 'esModule',
        dynamicImportInCjs: false, // Jest has none, unless Node is asked for it
      },
    ],
  },
  {
    input,
    external,
    onLog: (level, log, handler) =>
      /^\[plugin dts\] declare module '\.\/HKT'/.test(log.message)
        ? undefined
        : onLog(level, log, handler),
    plugins: [
      dts({ includeExternal: ['io-ts', 'fp-ts'] }),
      withoutKinds,
      bytesOfAllTimes,
      typesStayTypes,
    ],
    output: [types('d.ts'), types('d.cts')],
  },
  {
    // It goes through the doors as anybody does: the library is not in it a second time.
    input: { command: 'lib/command/index.ts' },
    external: [external, /^m8tes-rx(?:\/|$)/],
    onLog,
    plugins: [esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' }), runnable],
    output: { dir: 'dist', format: 'es', banner: '#!/usr/bin/env node' },
  },
];
