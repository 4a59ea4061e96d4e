import { createParser } from 'eventsource-parser';
import { Observable, type OperatorFunction } from 'rxjs';
import { DecodeError } from '../errors';

/** One server-sent event, and of it what the protocol uses. [wire §3] */
export interface Frame {
  /** Its `data:` lines, joined by newlines. */
  readonly data: string;
  /** The body ended before the blank line that ends a frame: this may be a part of one. */
  readonly torn?: true;
}

/** 16 Mi characters: far above any frame a run sends, far below what hurts. */
const LENGTH = 2 ** 24;

/**
 * Bytes into server-sent events, split wherever the network pleased. What ends within a chunk comes
 * with it, in one value: a hop for every frame would cost 4 % of its journey.
 *
 * "Always UTF-8, whatever charset the answer declares." [wire §3] The decoder takes away the one
 * byte order mark that a stream may begin with (the parser, fed with text, looks for another).
 * The standard throws the last frame away when no blank line ends it; here it is handed on as torn,
 * because a server that stops right after its last brace has said everything.
 */
export const frames =
  (maxFrameLength = LENGTH): OperatorFunction<Uint8Array, readonly Frame[]> =>
  (chunks) =>
    new Observable((subscriber) => {
      const decoder = new TextDecoder();
      let ended: Frame[] = [];
      let torn = false;
      let isTooLong = false;
      const parser = createParser({
        maxBufferSize: maxFrameLength,
        onEvent: (message) => {
          // The parser holds its limit against what it waits with, not against what came whole.
          isTooLong ||= message.data.length > maxFrameLength;
          if (!isTooLong) ended.push(torn ? { ...message, torn } : message);
        },
        onError: ({ type }) => {
          isTooLong ||= type === 'max-buffer-size-exceeded';
        },
      });
      const feed = (text: string): void => {
        // A parser that has met its limit must not be fed again.
        if (isTooLong) return;
        parser.feed(text);
        subscriber.next(ended);
        ended = [];
        if (isTooLong) {
          subscriber.error(
            new DecodeError(
              `a frame is longer than ${maxFrameLength} characters; raise maxFrameLength if it may be`,
            ),
          );
        }
      };
      return chunks.subscribe({
        next: (chunk) => feed(decoder.decode(chunk, { stream: true })),
        error: (error) => subscriber.error(error),
        complete: () => {
          feed(decoder.decode());
          torn = true;
          feed('\n\n');
          subscriber.complete();
        },
      });
    });
