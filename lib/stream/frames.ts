import { createParser } from 'eventsource-parser';
import type { OperatorFunction } from 'rxjs';
import { DecodeError } from '../errors';
import { operator } from '../operator';
import { utf8 } from './utf8';

/** One server-sent event. [wire §3] */
export interface Frame {
  /** Its `data:` lines, joined by newlines. */
  readonly data: string;
  /** Where it stands, for a server that can go on from there. The API itself gives none. */
  readonly id?: string | undefined;
  /** Its `event:` line. The API's frames have none: they say what they are in their data. */
  readonly event?: string | undefined;
  /** The body ended before the blank line that ends a frame: this may be a part of one. */
  readonly torn?: true;
}

/** 16 Mi characters: far above any frame a run sends, far below what hurts. */
const LENGTH = 2 ** 24;

/**
 * Characters that the parser is fed with at once: its limit is held against what waits between two
 * feeds. Where there are carriage returns it looks through all that is left for each of them, which
 * took 18 s for a MiB; in pieces of this size it is too little to matter.
 */
const PIECE = 2 ** 20;
const PIECE_WITH_RETURNS = 2 ** 11;

/** What the parser holds for each line of a frame, in characters: of very many short ones, the most. */
const LINE = 32;

const lineEnds = /\r\n?|\n/;

/** Counts the lines of a frame that is not there yet, as far as it does not come in one piece. */
const lineCounter = () => {
  let lines = 0;
  let isEmpty = true; // the line that goes on
  let hasReturned = false; // a line feed belongs to the return before it
  return {
    none: (): number => (lines = 0),
    /** A blank line ends what came before it: a comment, if it was no frame. */
    count: (piece: string): number => {
      const parts = (hasReturned && piece.startsWith('\n') ? piece.slice(1) : piece).split(
        lineEnds,
      );
      hasReturned = piece.endsWith('\r');
      for (const [i, part] of parts.entries()) {
        isEmpty &&= part === '';
        if (i === parts.length - 1) return lines;
        lines = isEmpty ? 0 : lines + 1;
        isEmpty = true;
      }
      return lines;
    },
  };
};

/**
 * Bytes into server-sent events, split wherever the network pleased: those that a chunk completes,
 * together.
 *
 * The standard throws the last frame away when no blank line ends it; here it is handed on as torn,
 * because a server that stops right after its last brace has said everything.
 *
 * @throws DecodeError when a frame is longer than `maxFrameLength`, each of its lines counting as
 *   32 characters more.
 */
export const frames = (maxFrameLength = LENGTH): OperatorFunction<Uint8Array, readonly Frame[]> =>
  operator((subscriber) => {
    const decode = utf8();
    let whole: Frame[] = []; // of the piece that is fed
    let torn = false;
    const lines = lineCounter();
    let isTooLong = false;
    const parser = createParser({
      maxBufferSize: maxFrameLength,
      onEvent: (message) => {
        // The parser holds its limit against what it waits with, not against what came whole.
        isTooLong ||= message.data.length > maxFrameLength;
        if (!isTooLong) whole.push(torn ? { ...message, torn } : message);
      },
      onError: ({ type }) => {
        isTooLong ||= type === 'max-buffer-size-exceeded';
      },
    });
    const feedPiece = (piece: string): void => {
      parser.feed(piece);
      const told = whole;
      whole = [];
      const waiting = told.length > 0 ? lines.none() : lines.count(piece);
      if (told.length > 0) subscriber.next(told);
      if (isTooLong || waiting * LINE > maxFrameLength) {
        subscriber.error(
          new DecodeError(
            `a frame is longer than ${maxFrameLength} characters; raise maxFrameLength if it may be`,
          ),
        );
      }
    };
    const feed = (text: string): void => {
      const size = text.includes('\r') ? PIECE_WITH_RETURNS : PIECE;
      // A parser that has met its limit must not be fed again.
      for (let at = 0; at < text.length && !subscriber.closed; at += size) {
        feedPiece(text.length > size ? text.slice(at, at + size) : text);
      }
    };
    return {
      next: (chunk) => feed(decode(chunk)),
      complete: () => {
        feed(decode());
        torn = true;
        feed('\n\n');
        subscriber.complete();
      },
    };
  });
