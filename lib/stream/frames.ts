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
 * Bytes into server-sent events, split wherever the network pleased.
 *
 * "Always UTF-8, whatever charset the answer declares." [wire §3] The decoder takes away the one
 * byte order mark that a stream may begin with (the parser, fed with text, looks for another).
 * The standard throws the last frame away when no blank line ends it; here it is handed on as torn,
 * because a server that stops right after its last brace has said everything.
 */
export const frames =
  (maxFrameLength = LENGTH): OperatorFunction<Uint8Array, Frame> =>
  (chunks) =>
    new Observable((subscriber) => {
      const decoder = new TextDecoder();
      let torn = false;
      const tooLong = (): void =>
        subscriber.error(
          new DecodeError(
            `a frame is longer than ${maxFrameLength} characters; raise maxFrameLength if it may be`,
          ),
        );
      const parser = createParser({
        maxBufferSize: maxFrameLength,
        onEvent: (message) => {
          // The parser holds its limit against what it waits with, not against what came whole.
          if (message.data.length > maxFrameLength) tooLong();
          else subscriber.next(torn ? { ...message, torn } : message);
        },
        onError: ({ type }) => {
          if (type === 'max-buffer-size-exceeded') tooLong();
        },
      });
      const feed = (text: string): void => {
        // A parser that has met its limit must not be fed again.
        if (!subscriber.closed) parser.feed(text);
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
