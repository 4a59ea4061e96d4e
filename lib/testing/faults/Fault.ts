import type { RouteName } from '../routes/routes';

/** Where a stream breaks off, and how: a socket destroyed, or a body that simply ends. */
export type Cut = { readonly how?: 'reset' | 'end' } & (
  { readonly afterEvents: number } | { readonly afterBytes: number }
);

/**
 * What goes wrong with an answer. The run itself goes on. Several in one fault go wrong together:
 * `{ on: 'join', rejoin: 7, cut: { afterEvents: 3 } }`.
 */
export interface Fault {
  /** The route it is for; any route without. */
  readonly on?: RouteName;
  /** How many requests it is for. Default 1. */
  readonly times?: number;

  /** Answers so, and does nothing else. */
  readonly status?: number;
  /** Seconds, or a date. */
  readonly retryAfter?: number | string;
  /** Text as it is, anything else as JSON. Default: the API's error envelope. */
  readonly body?: unknown;
  readonly contentType?: string;

  /** The socket is destroyed: the run is not made; is made, and nobody hears of it; has begun. */
  readonly reset?: 'before-handling' | 'before-headers' | 'after-headers';
  /** A replay's adjacent deltas are joined, and split elsewhere. The number is the seed. */
  readonly rejoin?: number;
  /** A replay lacks its last so many events, and then the stream ends. */
  readonly shorten?: number;
  /** The stream ends without `done`. */
  readonly noDone?: boolean;
  readonly cut?: Cut;
  /** After so many events nothing more comes, not even keepalives, and the socket stays open. */
  readonly stall?: { readonly afterEvents: number };
  /** After the last byte the body is left open. */
  readonly neverHangUp?: boolean;
  /** The bytes arrive in other pieces than they were written in. The number is the seed. */
  readonly split?: number;
  /** One byte at a time, every so many milliseconds. */
  readonly trickle?: number;
}
