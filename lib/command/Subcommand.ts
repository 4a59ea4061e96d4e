import { parseArgs } from 'node:util';
import { InvalidArgumentError } from 'm8tes-rx';
import { nearest } from '../nearest';
import type { Terminal } from './Terminal';

/** An option, as its help tells it. */
export interface Option {
  /** What it takes, such as `<id>`; a flag takes nothing. */
  readonly takes?: string;
  readonly short?: string;
  /** Whether it may be given several times. */
  readonly multiple?: true;
  readonly what: string;
}

export interface Options {
  readonly [name: string]: Option;
}

/** What was given of them, checked as it is asked for: nothing where it was not given. */
export interface Given {
  readonly positionals: readonly string[];
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly texts: (name: string) => readonly string[];
  readonly number: (name: string, most?: number) => number | undefined;
  readonly oneOf: <Known extends string>(
    name: string,
    known: readonly Known[],
  ) => Known | undefined;
}

/** What the command is made of. */
export interface Installed {
  readonly version: string;
  /** The folder of the console's page. */
  readonly page: string;
}

/** What the command can do. */
export interface Subcommand {
  /** What stands behind its name: `"message"`. */
  readonly takes: string;
  /** On a line. */
  readonly what: string;
  /** The same at length. */
  readonly more: string;
  readonly options: Options;
  /** Lines as they may be typed, and what each does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Does it, and gives the exit code. */
  readonly start: (given: Given, terminal: Terminal, installed: Installed) => Promise<number>;
}

const guess = (name: string, known: readonly string[]): string => {
  const meant = nearest(name, known);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
};

/** What is not on the list, and what was probably meant. */
export const unknown = (kind: string, name: string, known: readonly string[]): Error =>
  new InvalidArgumentError(name, `is no ${kind}${guess(name, known)}`);

/** Reads what follows the name of a subcommand. @throws InvalidArgumentError */
export const parsed = (args: readonly string[], options: Options): Given => {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { takes, short, multiple = false }]) => [
      name,
      { type: takes ? 'string' : 'boolean', multiple, ...(short && { short }) } as const,
    ]),
  );
  const { tokens } = parseArgs({
    ...{ args: [...args], options: known },
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = options[name];
    if (option === undefined) {
      throw unknown(
        'option of this',
        rawName,
        Object.keys(options).map((one) => `--${one}`),
      );
    }
    if (option.takes && (value === undefined || value === '')) {
      throw new InvalidArgumentError(
        rawName,
        `needs its ${option.takes}: ${rawName} ${option.takes}`,
      );
    }
    if (!option.takes && value !== undefined) {
      throw new InvalidArgumentError(rawName, 'takes no value');
    }
    if (option.takes && token.inlineValue === false && /^-./.test(value ?? '')) {
      throw new InvalidArgumentError(
        rawName,
        `needs its ${option.takes}; one that begins with a dash is written ${rawName}=${option.takes}`,
      );
    }
  }
  const all = (name: string): readonly string[] =>
    tokens.flatMap((token) =>
      token.kind === 'option' && token.name === name ? [token.value ?? 'true'] : [],
    );
  const text = (name: string) => all(name).at(-1);
  return {
    positionals: tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : [])),
    flag: (name) => all(name).length > 0,
    text,
    texts: all,
    number: (name, most = Number.MAX_SAFE_INTEGER) => {
      const given = text(name);
      if (given === undefined) return undefined;
      if (/^\d{1,16}$/.test(given) && Number(given) <= most) return Number(given);
      const range = most < Number.MAX_SAFE_INTEGER ? ` from 0 to ${most}` : '';
      throw new InvalidArgumentError(`--${name}`, `must be a whole number${range}`);
    },
    oneOf: (name, choices) => {
      const given = text(name);
      if (given === undefined) return undefined;
      const chosen = choices.find((one) => one === given);
      if (chosen !== undefined) return chosen;
      throw new InvalidArgumentError(
        `--${name}`,
        `must be ${choices.join(', or ')}${guess(given, choices)}`,
      );
    },
  };
};
