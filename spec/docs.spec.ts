/**
 * What the pages say holds: their TypeScript compiles as it stands, so that it can be copied, and
 * their links lead somewhere. The examples in the sources' own comments are held to the same.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { protocol } from '../lib/events/protocol';
import { routes } from '../lib/testing/routes/routes';

const root = join(__dirname, '..');

const filesIn = (folder: string, ending: string): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith(ending))
        .map((path) => join(folder, path).split('\\').join('/'))
        .filter((path) => !path.startsWith('docs/api/')) // made by TypeDoc
        .sort()
    : [];

const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md')].filter(
  (page) => existsSync(join(root, page)),
);
const sources = filesIn('lib', '.ts');
const text = (file: string) => readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n');

/** A fenced block: what its fence calls it, where it begins, what it holds. */
interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  /** The file that it quotes, where the fence names one behind the language. */
  readonly quoted: string | undefined;
  readonly code: string;
}

/** The fenced blocks of a page; or of a source, whose comments begin their lines with a star. */
const blocksOf = (file: string): readonly Block[] => {
  const gutter = file.endsWith('.ts') ? String.raw`[ \t]*\* ?` : '';
  const fenced = new RegExp(
    String.raw`^(${gutter}[ \t]*)(\`{3,}|~{3,})(.*)\n([^]*?)^${gutter}[ \t]*\2[ \t]*$`,
    'gm',
  );
  const page = text(file);
  return [...page.matchAll(fenced)].map(({ index, 1: indent = '', 3: info = '', 4: body = '' }) => {
    const [language = '', quoted] = info.trim().split(/ (.*)/);
    return {
      file,
      line: page.slice(0, index).split('\n').length,
      language,
      quoted,
      code: body
        .split('\n')
        .map((line) =>
          line.startsWith(indent) ? line.slice(indent.length) : line.replace(/^\s*\*$/, ''),
        )
        .join('\n'),
    };
  });
};

/** The errors in blocks, each a module of its own in one program under the project's tsconfig. */
const errorsIn = (blocks: readonly Block[]): readonly string[] => {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {
      moduleDetection: ts.ModuleDetectionKind.Force,
      // A snippet may stop where its reader goes on.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  const modules = new Map(
    blocks.map((block) => [resolve(root, `${block.file}.${block.line}.ts`), block] as const),
  );
  const host = ts.createCompilerHost(config.options);
  const program = ts.createProgram([...modules.keys()], config.options, {
    ...host,
    fileExists: (path) => modules.has(resolve(path)) || host.fileExists(path),
    readFile: (path) => modules.get(resolve(path))?.code ?? host.readFile(path),
    getSourceFile: (path, options) => {
      const block = modules.get(resolve(path));
      return block === undefined
        ? host.getSourceFile(path, options)
        : ts.createSourceFile(path, block.code, options);
    },
  });
  return [...modules].flatMap(([path, { file, line }]) => {
    const module = program.getSourceFile(path);
    return ts.getPreEmitDiagnostics(program, module).map(({ messageText, start = 0 }) => {
      const row = module?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${file}:${line + 1 + row} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
};

/** A page without its code, which looks like links and headings and is neither. */
const prose = (page: string) =>
  text(page)
    .replace(/^[ \t]*(`{3,}|~{3,})[^]*?^[ \t]*\1[ \t]*$/gm, '')
    .replace(/(`+)[^`\n]*\1/g, (code) => code.replace(/[[\]()<>]/g, ''));

/** The anchors GitHub gives the headings of a page, and those the page sets itself. */
const anchorsOf = (page: string): ReadonlySet<string> => {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(page).matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)) {
    const slug = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  for (const [, id = ''] of prose(page).matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
};

/** Where a page's links lead, inline ones, images and references, those elsewhere left out. */
const linksOf = (page: string): readonly string[] =>
  [
    ...prose(page).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...prose(page).matchAll(/^[ \t]*\[[^\]]+\]:[ \t]*<?([^\s>]+)>?(?:[ \t]+"[^"]*")?[ \t]*$/gm),
  ]
    .map(([, target = '']) => target)
    .filter((target) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target));

const isDead = (page: string, link: string): boolean => {
  const [path = '', anchor] = decodeURI(link).split('#');
  const target = path === '' ? page : relative(root, resolve(root, dirname(page), path));
  if (target.startsWith('..') || !existsSync(join(root, target))) return true;
  if (anchor === undefined) return false;
  if (!target.endsWith('.md') || statSync(join(root, target)).isDirectory()) return true;
  return !anchorsOf(target).has(anchor);
};

describe('docs', () => {
  it('fence their code as what it is: ts is compiled, sh, json and text are not', () => {
    const vague = pages
      .flatMap(blocksOf)
      .filter(({ quoted }) => quoted === undefined)
      .filter(({ language }) => !/^(ts|sh|json|text)$/.test(language))
      .map(({ file, line, language }) => `${file}:${line} is fenced as ${language || 'nothing'}`);
    expect(vague).toEqual([]);
  });

  it('hold TypeScript that compiles as it stands, and so do the comments of the sources', () => {
    const blocks = [...pages, ...sources].flatMap(blocksOf);
    const compiled = blocks.filter(({ language, quoted }) => language === 'ts' && !quoted);
    expect(errorsIn(compiled)).toEqual([]);
  }, 120_000);

  it('quote files word for word, which are compiled, and run, where they are', () => {
    const wrong = pages
      .flatMap(blocksOf)
      .filter(({ quoted }) => quoted !== undefined)
      .filter(
        ({ quoted = '', language, code }) =>
          !existsSync(join(root, quoted)) ||
          extname(quoted) !== `.${language}` ||
          text(quoted) !== code,
      )
      .map(({ file, line, quoted }) => `${file}:${line} is not what is in ${quoted}`);
    expect(wrong).toEqual([]);
  });

  it('hold, in docs/frameworks.md, every recipe', () => {
    const served = 'examples/relay/serve.ts'; // that of `npm run relay`
    const recipes = ['examples/relay', 'examples/frameworks'].flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => `${folder}/${name}`)
        .filter((recipe) => recipe !== served),
    );
    const quoted = blocksOf('docs/frameworks.md').map((block) => block.quoted);
    expect(recipes.filter((recipe) => !quoted.includes(recipe))).toEqual([]);
  });

  it('hold links that lead somewhere', () => {
    const dead = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => isDead(page, link))
        .map((link) => `${page} links to ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it.each([
    ['docs/events.md', 'type of event', Object.keys(protocol)],
    ['docs/testing.md', 'route of the local server', Object.keys(routes)],
  ])('name, in %s, every %s', (page, _, names) => {
    const told = text(page);
    expect(names.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  });
});
