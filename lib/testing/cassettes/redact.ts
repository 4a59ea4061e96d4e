import { fromLatin1, joined, latin1Of, textOf, utf8 } from '../bytes';
import { resplit } from '../resplit';
import type { Chunk } from './acts';

/** Where a body is that may be redacted. */
export interface Redacted {
  /** A request; a JSON answer; one frame of a stream. */
  readonly of: 'request' | 'answer' | 'frame';
  readonly method: string;
  readonly path: string;
}

/** What is written in place of a parsed body. */
export type Redact = (body: unknown, where: Redacted) => unknown;

const FRAME = /[^]*?(?:\r\n\r\n|\n\n|\r\r)|[^]+$/g;

/** The same bytes in other pieces, each when the last of it came. */
const recut = (chunks: readonly Chunk[], pieces: readonly Uint8Array[]): readonly Chunk[] => {
  let at = 0;
  let time = 0;
  const arrivals = chunks.map(({ after, bytes }) => ({
    to: (at += bytes.length),
    time: (time += after),
  }));
  let to = 0;
  let before = 0;
  let next = 0;
  return pieces.map((bytes) => {
    to += bytes.length;
    while (arrivals[next] !== undefined && arrivals[next]!.to < to) next++;
    const came = arrivals[next]?.time ?? time;
    const after = came - before;
    before = came;
    return { after, bytes };
  });
};

const bytesIn = (chunks: readonly Chunk[]): Uint8Array<ArrayBuffer> =>
  joined(chunks.map(({ bytes }) => bytes));

/** One frame a chunk: what an editor shows well. */
export const framed = (chunks: readonly Chunk[]): readonly Chunk[] =>
  recut(chunks, (latin1Of(bytesIn(chunks)).match(FRAME) ?? []).map(fromLatin1));

/** Pieces wherever a seed has them. */
export const resplitted = (chunks: readonly Chunk[], seed: number): readonly Chunk[] =>
  recut(chunks, resplit(bytesIn(chunks), seed));

const parsed = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/** The chunks of an answer, redacted: a stream frame by frame, any other JSON as a whole. */
export const redacted = (
  chunks: readonly Chunk[],
  contentType: string,
  redact: Redact,
  where: Pick<Redacted, 'method' | 'path'>,
): readonly Chunk[] => {
  if (contentType.startsWith('text/event-stream')) {
    return framed(chunks).map(({ after, bytes }) => {
      const data = /^data: ?(.*)\s*$/.exec(textOf(bytes))?.[1];
      const frame = data === undefined ? undefined : parsed(data);
      if (frame === undefined) return { after, bytes };
      const json = JSON.stringify(redact(frame.json, { ...where, of: 'frame' }));
      return { after, bytes: utf8(`data: ${json}\n\n`) };
    });
  }
  const whole = parsed(textOf(bytesIn(chunks)));
  if (whole === undefined) return chunks;
  const after = chunks.reduce((sum, chunk) => sum + chunk.after, 0);
  const json = JSON.stringify(redact(whole.json, { ...where, of: 'answer' }));
  return [{ after, bytes: utf8(json) }];
};
