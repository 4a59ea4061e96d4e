import type { Option, Options, Subcommand } from './Subcommand';
import type { Style } from './Terminal';

type Paint = (style: Style, text: string) => string;

const WIDTH = 88;

/** Text on lines of a width, each of them indented. */
const wrapped = (text: string, width: number, indent: string): string =>
  text
    .split(' ')
    .reduce<readonly string[]>((lines, word) => {
      const last = lines.at(-1);
      return last === undefined || last.length + 1 + word.length > width
        ? [...lines, word]
        : [...lines.slice(0, -1), `${last} ${word}`];
    }, [])
    .join(`\n${indent}`);

type Row = readonly [left: string, right: string];

/** Two columns, of which the right one is wrapped. */
const columns = (rows: readonly Row[], paint: Paint): string => {
  const wide = Math.max(...rows.map(([left]) => left.length));
  const indent = ' '.repeat(wide + 5);
  return rows
    .map(([left, right]) => {
      const gap = ' '.repeat(wide - left.length);
      return `  ${paint('cyan', left)}${gap}   ${wrapped(right, WIDTH - wide - 5, indent)}`;
    })
    .join('\n');
};

const optionRow = ([name, { short, takes, what }]: readonly [string, Option]): Row => [
  `${short ? `-${short}, ` : '    '}--${name}${takes ? ` ${takes}` : ''}`,
  what,
];

/** What every subcommand takes. */
export const common: Options = {
  help: { short: 'h', what: 'This.' },
};

/** The codes a run is told by, as scripts read them. */
export const codes: readonly Row[] = [
  ['0', 'The run is completed; of a server, it was stopped.'],
  ['1', 'The run failed.'],
  ['2', 'It was not asked for in the right way: nothing was done.'],
  ['3', 'The run was cancelled.'],
  ['4', 'The API refused, could not be reached, or was lost before the end of the run.'],
  ['5', 'The run waits for a person, and nobody is there.'],
  ['130', 'You left with Ctrl-C (143: you were made to, by SIGTERM; 141: nobody reads any more).'],
];

const environment: readonly Row[] = [
  ['M8TES_API_KEY', 'The key. It is read from here alone: of an argument, all processes are told.'],
  ['M8TES_BASE_URL', 'Where the API is, if it is not the hosted one.'],
  ['NO_COLOR', 'No colours. FORCE_COLOR=1: colours, though it is no terminal.'],
];

const section = (title: string, body: string, paint: Paint): string =>
  `${paint('bold', title)}\n${body}\n`;

/** How the command is used. */
export const overview = (
  subcommands: { readonly [name: string]: Subcommand },
  paint: Paint,
): string => {
  const all = Object.entries(subcommands);
  const examples = all.flatMap(([, { examples }]) => examples.slice(0, 1));
  return [
    `${paint('bold', 'm8tes-rx')}: agents in a terminal. Without a key nothing is billed, and the answers are scripted.\n`,
    section('Usage', '  m8tes-rx <command> [options]', paint),
    section(
      'Commands',
      columns(
        all.map(([name, { takes, what }]) => [`${name} ${takes}`, what]),
        paint,
      ),
      paint,
    ),
    section('Examples', columns(examples, paint), paint),
    section(
      'Options',
      columns(
        [
          ['-h, --help', 'This; after a command, what it takes.'],
          ['-v, --version', 'The version.'],
        ],
        paint,
      ),
      paint,
    ),
    section('Environment', columns(environment, paint), paint),
    section('Exit codes', columns(codes, paint), paint),
  ].join('\n');
};

/** How a part of it is used. */
export const helpOf = (
  name: string,
  { takes, what, more, options, examples }: Subcommand,
  paint: Paint,
): string =>
  [
    `${paint('bold', what)}\n\n${wrapped(more, WIDTH, '')}\n`,
    section('Usage', `  m8tes-rx ${name}${takes && ` ${takes}`} [options]`, paint),
    section(
      'Options',
      columns(Object.entries({ ...options, ...common }).map(optionRow), paint),
      paint,
    ),
    section('Examples', columns(examples, paint), paint),
    section('Environment', columns(environment, paint), paint),
    section('Exit codes', columns(codes, paint), paint),
  ].join('\n');
