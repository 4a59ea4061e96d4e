/**
 * One diagram, three places: the comment of an operator, the first of its specs, the docs. The comment's
 * is held to the spec's here, the docs' to the comment's, and what is drawn to what stands there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawn } from '../../docs/.vitepress/marbles';

const root = join(__dirname, '../..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path))
    .sort();

/** The diagrams among the blocks of a page, or of a source's comments. */
const diagramsIn = (file: string): readonly string[] => {
  const page = text(file).replace(/^ *\* ?/gm, (gutter) => (file.endsWith('.ts') ? '' : gutter));
  const blocks = page.matchAll(/^```(?:text)?\n([^]*?)^```$/gm);
  return [...blocks].flatMap(([, block = '']) => (drawn(block) === undefined ? [] : [block]));
};

/** What is told in a diagram, line by line, in the letters of the specs. */
const marblesOf = (diagram: string): readonly string[] =>
  [...diagram.matchAll(/^\w[^:]*:\s+(\S+)/gm)].map(([, marbles = '']) => marbles);

const sources = filesIn('lib', '.ts').filter((file) => diagramsIn(file).length > 0);

describe('marbles', () => {
  it('stand in the comment of every operator', () => {
    const operators = text('lib/index.ts').matchAll(/from '\.\/(operators\/[a-z]\w*)'/g);
    const files = [...operators].map(([, file = '']) => `lib/${file}.ts`);
    expect(files.length).toBeGreaterThan(6);
    expect(files.filter((file) => !sources.includes(file))).toEqual([]);
  });

  it.each(sources)('of %s are those of its first spec', (source) => {
    const spec = source.replace(/^lib/, 'spec').replace(/\.ts$/, '.spec.ts');
    const first = /marbles\(\(\{[^]*?^ {2}\);$/m.exec(text(spec))?.[0] ?? '';
    const asserted = [...first.matchAll(/'\s*([^'\s]+)'/g)].map(([, marbles]) => marbles);
    for (const marbles of diagramsIn(source).flatMap(marblesOf)) {
      expect(asserted).toContain(marbles);
    }
  });

  it('of the docs are those of the sources', () => {
    const known = sources.flatMap(diagramsIn).map((diagram) => diagram.trimEnd());
    const pages = filesIn('docs', '.md').filter((page) => !page.includes('docs/api/'));
    const shown = pages.flatMap(diagramsIn).map((diagram) => diagram.trimEnd());
    expect(shown.length).toBeGreaterThan(6);
    expect(shown.filter((diagram) => !known.includes(diagram))).toEqual([]);
  });
});

describe('drawn', () => {
  const diagram = [
    'events:    --s--a--u--#',
    '           toolCalls()',
    'result:    --------(UR|)    U: <what> it is',
    'cancels:   --^--!',
    'answers:   ---(^!)',
  ].join('\n');
  const svg = drawn(diagram) ?? '';

  it('has a marble for each value, in its letter, and what comes of one in its colour', () => {
    const marbles = [...svg.matchAll(/marble-(\d)"[^>]*\/><text[^>]*>(\w)</g)];
    expect(marbles.map(([, , letter]) => letter)).toEqual(['s', 'a', 'u', 'U', 'R']);
    const colourOf = (wanted: string) => marbles.find(([, , letter]) => letter === wanted)?.[1];
    expect(colourOf('U')).toBe(colourOf('u'));
    expect(new Set(['s', 'a', 'u', 'R'].map(colourOf)).size).toBe(4);
  });

  it('says in words what it shows', () => {
    expect(
      /<title id="(.*?)">(.*?)<\/title><desc id="(.*?)">(.*?)<\/desc>/.exec(svg)?.slice(1),
    ).toEqual([
      expect.stringMatching(/^t-/),
      'Marble diagram of toolCalls()',
      expect.stringMatching(/^d-/),
      'events: s at 2, a at 5, u at 8, errors at 11. result: U and R and completes at 8. ' +
        'cancels: subscribed at 2, unsubscribed at 5. answers: subscribed at 3, unsubscribed at 3.',
    ]);
    const [, ids = ''] = /role="img" aria-labelledby="(.*?)"/.exec(svg) ?? [];
    for (const id of ids.split(' ')) expect(svg).toContain(` id="${id}"`);
  });

  it('has no markup of another', () => {
    expect(svg).toContain('<figcaption>U: &lt;what&gt; it is</figcaption>');
  });

  it('puts a group at one moment', () => {
    expect(svg.match(/class="group"/g)).toHaveLength(1);
  });

  it.each([
    ['prose', 'a run is an Observable'],
    ['a header', 'content-type: text/event-stream'],
    ['frames', 'id: 7\ndata: {"type":"done"}'],
    ['a field of one word', 'cache: no-store'],
    ['an operator alone', '   textOnly()'],
    ['a command', 'm8tes-rx run "hello" --json'],
    ['nothing', ''],
  ])('leaves alone %s', (_, block) => {
    expect(drawn(block)).toBeUndefined();
  });
});

it('leaves alone every other block of the docs', () => {
  // A page that draws what is no diagram would lose its text.
  const others = ['docs/relay.md', 'docs/command.md', 'docs/python.md'].filter((page) =>
    existsSync(join(root, page)),
  );
  expect(others.flatMap(diagramsIn)).toEqual([]);
});
