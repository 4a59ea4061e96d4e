import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { fromEvent, fromEventPattern, merge, take, type Observable } from 'rxjs';

type Signal = 'SIGINT' | 'SIGTERM';

/** What a command is run in: `process` is one. */
export interface Terminal {
  readonly env: { readonly [name: string]: string | undefined };
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly on: (signal: Signal, listener: () => void) => unknown;
  readonly off: (signal: Signal, listener: () => void) => unknown;
}

/** What a terminal would obey, and what would turn a line around. */
const obeyed = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text that others wrote, without what a terminal would obey. */
export const printable = (text: string): string =>
  text.replace(obeyed, (character) => (/[\n\t]/.test(character) ? character : ''));

/** JSON that others wrote, on one line: what a terminal would obey is spelt out. */
export const spelt = (json: string): string =>
  json.replace(
    obeyed,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The same on one line, which is cut where it gets long. */
export const inLine = (text: string, most = 120): string => {
  const line = printable(text.slice(0, most * 4))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most || text.length > most * 4 ? `${line.slice(0, most - 1)}…` : line;
};

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Whether a stream gets colours: a terminal does; `NO_COLOR` and `FORCE_COLOR` know better. */
const hasColours = ({ env }: Terminal, { isTTY = false }: Terminal['stdout']): boolean => {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: kind } = env;
  if (forced !== undefined) return !/^(0|false)$/.test(forced);
  return isTTY && !none && kind !== 'dumb';
};

/** Our own words in a colour, where the stream has any. */
export const painter = (
  terminal: Terminal,
  stream: Terminal['stdout'],
): ((style: Style, text: string) => string) => {
  const coloured = hasColours(terminal, stream);
  // Decided above, for all versions of Node alike: theirs differ in what they ask the stream.
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
};

/** Whether somebody sits there who can be asked: what is asked is written to stderr. */
export const isAttended = ({ stdin, stderr }: Terminal): boolean =>
  stdin.isTTY === true && stderr.isTTY === true;

const signalled = (terminal: Terminal, signal: Signal, code: number): Observable<number> =>
  fromEventPattern(
    (listener) => terminal.on(signal, listener),
    (listener) => terminal.off(signal, listener),
    () => code,
  );

/** Whoever read what is written has seen enough; anything else that keeps it from being written is an error. */
const brokenPipe = (error: NodeJS.ErrnoException): number => {
  if (error.code !== 'EPIPE') throw error;
  return 141;
};

/** That it is time to go, with the exit code that says why: as a shell counts signals. */
export const leaving = (terminal: Terminal): Observable<number> =>
  merge(
    signalled(terminal, 'SIGINT', 130),
    signalled(terminal, 'SIGTERM', 143),
    fromEvent(terminal.stdout, 'error', brokenPipe),
  ).pipe(take(1));
