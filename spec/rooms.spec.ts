/**
 * The map of the house, held against the sources. Each room does one step between the socket and
 * the subscriber; what a room must not know it cannot import, and does not name.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import ts from 'typescript';

/** Who may import whom: rooms, or single files of them. A room may always import from itself. */
const mayImport: { readonly [room: string]: readonly string[] } = {
  errors: [],
  operator: [],
  signature: [],
  nearest: [],
  events: [],
  http: ['errors', 'operator'],
  operators: ['events', 'errors', 'operator'],
  stream: ['http/body', 'http/fetching', 'http/Transport', 'events', 'errors', 'operator'],
  api: ['http', 'stream', 'events', 'operators', 'errors', 'operator'],
  log: ['events', 'errors', 'operator'],
  redis: ['log', 'errors'],
  relay: [
    ...['log', 'stream', 'events', 'operators', 'errors', 'operator', 'nearest'],
    ...['api/Runs', 'api/objects', 'api/params', 'api/Handlers'], // of the client that it is handed
  ],
  bridges: [
    ...['relay', 'log', 'events', 'operators', 'errors', 'operator'],
    ...['api/objects', 'api/params', 'api/questions'], // what people are asked
  ],
  server: ['stream/frames', 'events', 'errors', 'signature'],
  testing: [
    ...['stream/frames', 'stream/decoded', 'events', 'log', 'errors', 'signature', 'nearest'],
    ...['http/Transport', 'http/abortable'],
    ...['api/objects', 'api/agents', 'api/tasks', 'api/triggers', 'api/webhooks'], // what they are
  ],
  // They go through the doors, as anybody does: what they show is what anybody can do.
  console: [],
  command: ['console', 'nearest'],
  toAsyncIterable: ['errors'],
  client: ['http', 'stream', 'api', 'errors'],
  index: ['client', 'toAsyncIterable', 'stream', 'events', 'operators', 'api', 'http', 'errors'],
};

/** Where a package is imported. One that is not here is imported nowhere. */
const addresses: { readonly [name: string]: readonly string[] } = {
  rxjs: [
    ...['operator', 'http', 'stream', 'operators', 'api', 'client'],
    ...['log', 'redis', 'relay', 'bridges', 'testing', 'toAsyncIterable', 'console', 'command'],
  ],
  'm8tes-rx': ['console', 'command'],
  marked: ['console/page/growing'],
  dompurify: ['console/page/markdown'],
  'eventsource-parser': ['stream/frames'],
  'io-ts': ['events', 'api'],
  'fp-ts': ['events', 'api'],
  'node:*': ['testing', 'console/consoleServer', 'console/gate', 'console/pages', 'command'],
};

/** What a room, or a file, never names outside its comments. */
const neverNames: { readonly [place: string]: RegExp } = {
  events: /\b(Observable|Response|Headers|fetch|EventSource)\b/,
  http: /\bRunEvent\b|['"`/](runs|tasks)\b/,
  operators: /\b(Promise|async|await|fetch|Response|Request|Headers|Date|performance)\b/,
  stream: /['"`/](runs|tasks)\b|\bapiKey\b|\bAuthorization\b|\bApiError\b/,
  'stream/frames': /\bJSON\b/,
  log: /\b(fetch|Response|Request|Headers|[Rr]edis)\b|['"`/](runs|tasks)\b/,
  redis: /\b(RunEvent|JSON|Response|Request)\b/,
  api: /\b(TextDecoder|TextEncoder)\b/,
};

const forbiddenNames = /^(core|common|utils?|helpers?|types?|internal)$/i;
/** A file of more lines is two subjects; one of so few, that one other file reads, is none. */
const mostLines = 250;
const fewLines = 25;

/** Parts whose spec is that of the whole they are parts of. Every other file has its own. */
const partsOf: { readonly [place: string]: string } = {
  'api/calls': 'api/runRoutes',
  'console/page': 'browser/console',
  'api/spans': 'api/traced',
  'api/startAndWait': 'api/createRuns',
  'api/verbs': 'api/requests',
  command: 'command/command',
  'console/gate': 'console/consoleServer',
  'console/pages': 'console/consoleServer',
  'console/scenes': 'console/tale',
  'bridges/turnOf': 'bridges/together',
  'bridges/ai-sdk/answers': 'bridges/ai-sdk/aiSdk',
  'bridges/ai-sdk/asked': 'bridges/ai-sdk/aiSdk',
  'bridges/ai-sdk/blocks': 'bridges/ai-sdk/chunks',
  'bridges/ai-sdk/calls': 'bridges/ai-sdk/chunks',
  'bridges/ai-sdk/chats': 'bridges/ai-sdk/aiSdk',
  'bridges/ai-sdk/requests': 'bridges/ai-sdk/chunks',
  'events/protocol': 'events/kinds',
  'relay/CreateRelayOptions': 'relay/createRelay',
  'relay/answering': 'relay/handler',
  'relay/attendances': 'relay/viewers',
  'relay/failure': 'relay/pump',
  'relay/nodeRequest': 'relay/toNode',
  'relay/records': 'relay/handler',
  'relay/shown': 'relay/expose',
  'relay/telling': 'relay/createRelay',
  nearest: 'testing/allowed',
  signature: 'server/signature',
  'stream/decoded': 'stream/untilEnding',
  'stream/interruption': 'stream/events',
  'testing/log': 'testing/logContract',
  'testing/cassettes': 'testing/cassettes/cassette',
  'testing/decoding': 'testing/run',
  'testing/factories': 'testing/factories/runs',
  'testing/posting': 'testing/deliveries',
  'testing/routes': 'testing/localServer',
  'testing/runs': 'testing/localServer',
  'testing/streamOf': 'testing/fakeFetch',
};

/** Specs that mirror no file of lib, but hold the whole. */
const specsOfTheWhole =
  /^(bridges\/together|browser|relay\/proof|docs|doors|edge|examples|journey|package|rooms)(\/|$)|^helpers\//;

const root = join(__dirname, '..');

/** Every file below a folder, as a path from there without its ending, with forward slashes. */
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((file) => file.split('\\').join('/').slice(0, -ending.length))
    .sort();

const files = filesIn('lib', '.ts');
const source = (file: string) => readFileSync(join(root, 'lib', `${file}.ts`), 'utf8');
const tree = (file: string) =>
  ts.createSourceFile(`${file}.ts`, source(file), ts.ScriptTarget.ESNext, true);

const roomOf = (file: string) => file.split('/')[0] ?? file;
const within = (places: readonly string[], file: string) =>
  places.includes(file) || places.includes(roomOf(file));

/** What a file imports, types too: `./decode` in events/ is `events/decode`, a package itself. */
const imports: ReadonlyMap<string, readonly string[]> = new Map(
  files.map((file) => [
    file,
    ts
      .preProcessFile(source(file), true, true)
      .importedFiles.map(({ fileName }) =>
        fileName.startsWith('.') ? posix.join(dirname(file), fileName) : fileName,
      ),
  ]),
);
const importsOf = (file: string): readonly string[] => imports.get(file) ?? [];

const isOurs = (imported: string) =>
  files.includes(imported) || files.includes(`${imported}/index`);

const packageOf = (imported: string) =>
  imported.startsWith('node:')
    ? 'node:*'
    : imported
        .split('/')
        .slice(0, imported.startsWith('@') ? 2 : 1)
        .join('/');

const isExported = (node: ts.Statement) =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** The names a file exports. */
const exportsOf = (file: string): readonly string[] =>
  tree(file).statements.flatMap((node) => {
    if (ts.isExportAssignment(node)) return ['default'];
    if (ts.isExportDeclaration(node)) {
      const { exportClause: clause } = node;
      return clause && ts.isNamedExports(clause)
        ? clause.elements.map((one) => one.name.text)
        : '*';
    }
    return isExported(node) && 'name' in node ? [(node.name as ts.Identifier).text] : [];
  });

const linesOf = (file: string): number => source(file).trimEnd().split('\n').length;

/** A file has behaviour when there is a function in it; tables and types have none. */
const hasBehaviour = (file: string): boolean => {
  const find = (node: ts.Node): boolean =>
    (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) ||
    (ts.forEachChild(node, find) ?? false);
  return find(tree(file));
};

const printer = ts.createPrinter({ removeComments: true });

describe('rooms', () => {
  it('are all on the map', () => {
    const strangers = files.filter((file) => mayImport[roomOf(file)] === undefined);
    expect(strangers).toEqual([]);
  });

  it.each(Object.entries(mayImport))(
    '%s imports from nowhere but itself and %j',
    (room, places) => {
      const trespasses = files
        .filter((file) => roomOf(file) === room)
        .flatMap((file) =>
          importsOf(file)
            .filter(isOurs)
            .filter((imported) => roomOf(imported) !== room && !within(places, imported))
            .map((imported) => `lib/${file}.ts imports ${imported}`),
        );
      expect(trespasses).toEqual([]);
    },
  );

  it('import packages each at its address', () => {
    const strays = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => !isOurs(imported))
        .filter((imported) => !within(addresses[packageOf(imported)] ?? [], file))
        .map((imported) => `lib/${file}.ts imports ${imported}`),
    );
    expect(strays).toEqual([]);
  });

  it('import nothing through a door', () => {
    const shortcuts = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => isOurs(imported) && !files.includes(imported))
        .concat(importsOf(file).filter((imported) => /(^|\/)index$/.test(imported)))
        .map((imported) => `lib/${file}.ts imports ${imported}`),
    );
    expect(shortcuts).toEqual([]);
  });

  it.each(Object.entries(neverNames))('%s never names %s', (place, words) => {
    const named = files
      .filter((file) => within([place], file))
      .flatMap((file) => {
        const code = printer.printFile(tree(file)).split('\n');
        return code
          .filter((line) => words.test(line))
          .map((line) => `lib/${file}.ts: ${line.trim()}`);
      });
    expect(named).toEqual([]);
  });
});

describe('files', () => {
  it('export by name, and one by one', () => {
    const odd = files.filter((file) => exportsOf(file).some((name) => /^(default|\*)$/.test(name)));
    expect(odd).toEqual([]);
  });

  it('are called by what they hold', () => {
    const vague = files.filter((file) => file.split('/').some((part) => forbiddenNames.test(part)));
    expect(vague).toEqual([]);
  });

  it(`have ${mostLines} lines at the most`, () => {
    const long = files
      .map((file) => [file, linesOf(file)] as const)
      .filter(([, lines]) => lines > mostLines)
      .map(([file, lines]) => `lib/${file}.ts has ${lines} lines`);
    expect(long).toEqual([]);
  });

  it(`of ${fewLines} lines or less are read by more than one other`, () => {
    const parts = files
      .filter((file) => basename(file) !== 'index' && linesOf(file) <= fewLines)
      .flatMap((file) => {
        const readers = files.filter((other) => importsOf(other).includes(file));
        return readers.length > 1 ? [] : [`lib/${file}.ts belongs to lib/${readers.join()}.ts`];
      });
    expect(parts).toEqual([]);
  });
});

describe('specs', () => {
  it('mirror lib: one for each file that does something', () => {
    const missing = files
      .filter((file) => basename(file) !== 'index' && hasBehaviour(file))
      .flatMap((file) => {
        const whole = partsOf[file] ?? partsOf[dirname(file)] ?? file;
        const specs = [file, whole].map((spec) => `spec/${spec}.spec.ts`);
        return specs.some((spec) => existsSync(join(root, spec))) ? [] : specs.slice(-1);
      });
    expect([...new Set(missing)]).toEqual([]);
  });

  it('outlive no file of lib', () => {
    const orphans = filesIn('spec', '.spec.ts')
      .filter((spec) => !specsOfTheWhole.test(spec) && !files.includes(spec))
      .map((spec) => `spec/${spec}.spec.ts`);
    expect(orphans).toEqual([]);
  });
});
