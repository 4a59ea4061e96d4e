import { InvalidArgumentError } from '../../errors';
import { bytesOf, fromLatin1, latin1Of, wholeTextOf } from '../bytes';

/** Some bytes as the network cut them, and the milliseconds since what was before. */
export interface Chunk {
  readonly after: number;
  readonly bytes: Uint8Array;
}

/**
 * How a connection ended: properly; or its socket broke (`reset`), whoever read it let go (`close`),
 * or it was still open when the recording ended (`stall`).
 */
export type Ending = 'end' | 'reset' | 'close' | 'stall';

/** One request, and what came of it. */
export interface Act {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  /** Parsed; absent where there was none. */
  readonly body?: unknown;
  /** Whatever the body is that is asked with: nobody knows the one it was. */
  readonly any?: true;
  /** Absent where the connection ended before any. */
  readonly answer?: {
    readonly status: number;
    readonly headers: { readonly [name: string]: string };
    readonly after: number;
  };
  readonly chunks: readonly Chunk[];
  readonly ending: Ending;
  /** When it ended, in milliseconds since what was before. */
  readonly after: number;
}

const FORMAT = 'cassette/1';
/** The version of this package; a spec holds it against package.json. */
export const VERSION = '0.1.0';

/** The first line of a cassette. */
export const header = (recorded: Date): string =>
  JSON.stringify({ m8tes: FORMAT, recorded: recorded.toISOString().slice(0, 10), client: VERSION });

const chunkLine = ({ after, bytes }: Chunk): object => {
  const text = wholeTextOf(bytes);
  // Base64 only where the cut is inside a character.
  return text === undefined ? { '+': after, b: btoa(latin1Of(bytes)) } : { '+': after, d: text };
};

/** The lines of an act: text that diffs well. */
export const linesOf = ({ answer, chunks, ending, after, ...asked }: Act): readonly string[] =>
  [
    {
      '→': `${asked.method} ${asked.path}`,
      headers: asked.headers,
      body: asked.body,
      any: asked.any,
    },
    ...(answer === undefined
      ? []
      : [{ '←': answer.status, '+': answer.after, headers: answer.headers }]),
    ...chunks.map(chunkLine),
    ending === 'end' ? { '+': after, end: true } : { '+': after, cut: ending },
  ].map((line) => JSON.stringify(line));

type Line = { readonly [field: string]: unknown };

const parsed = (text: string, number: number): Line => {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null) return line as Line;
  } catch {
    // Said below.
  }
  throw broken(number, 'is no JSON object');
};

const broken = (number: number, what: string): InvalidArgumentError =>
  new InvalidArgumentError('cassette', `is broken: line ${number} ${what}; record it again`);

/** An act as it is being read. */
type Begun = { -readonly [Field in keyof Act]: Act[Field] } & { chunks: Chunk[] };

/**
 * The acts of a cassette. Cassettes that were joined by hand are one.
 *
 * @throws InvalidArgumentError that names the line.
 */
export const actsIn = (text: string): readonly Act[] => {
  const acts: Act[] = [];
  let begun: Begun | undefined;
  for (const [i, source] of text.split('\n').entries()) {
    if (source.trim() === '') continue;
    const number = i + 1;
    const line = parsed(source, number);
    const after = typeof line['+'] === 'number' ? line['+'] : 0;
    const { '→': asked, '←': status, headers = {}, body, any, d, b, end, cut, m8tes } = line;
    if (m8tes !== undefined) {
      if (m8tes !== FORMAT) throw broken(number, `is of another format than ${FORMAT}`);
    } else if (typeof asked === 'string') {
      if (begun !== undefined) throw broken(number, 'is a request before the last one ended');
      const [method = '', path = ''] = asked.split(' ');
      const known = {
        method,
        path,
        headers: headers as Act['headers'],
        ending: 'end',
        after: 0,
      } as const;
      begun = {
        ...known,
        ...(body === undefined ? {} : { body }),
        ...(any === true ? { any } : {}),
        chunks: [],
      };
    } else if (begun === undefined) {
      throw broken(number, 'belongs to no request');
    } else if (typeof status === 'number') {
      begun.answer = { status, headers: headers as Act['headers'], after };
    } else if (typeof d === 'string') {
      begun.chunks.push({ after, bytes: bytesOf(d) });
    } else if (typeof b === 'string') {
      begun.chunks.push({ after, bytes: fromLatin1(atob(b)) });
    } else if (end === true || cut === 'reset' || cut === 'close' || cut === 'stall') {
      acts.push({ ...begun, ending: end === true ? 'end' : (cut as Ending), after });
      begun = undefined;
    } else {
      throw broken(number, 'is no act of a cassette');
    }
  }
  if (begun !== undefined) acts.push({ ...begun, ending: 'stall' });
  return acts;
};
