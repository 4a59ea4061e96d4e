import type { Parameters } from './check';
import { parameter } from './parameter';

/** How long things may take. */
export interface TimeoutOptions {
  /** Until the headers of an answer. Default 60,000. */
  readonly request?: number | undefined;
  /** Without a byte, until a stream's socket counts as dead. Default 45,000: three missed keepalives. */
  readonly idle?: number | undefined;
  /** Without an event other than the server's housekeeping, until a stream fails. Default: `Infinity`. */
  readonly stall?: number | undefined;
  /** Silence after a stream's ending, until it is closed. Default 1,000. */
  readonly linger?: number | undefined;
}

const { delay, timeout } = parameter;

/** The codec of each, checked before anything is sent. */
export const TimeoutOptions: Parameters<TimeoutOptions> = {
  request: timeout,
  idle: timeout,
  stall: timeout,
  linger: delay,
};
