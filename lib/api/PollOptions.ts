import type { Parameters } from './check';
import { parameter } from './parameter';
import { UserOptions } from './UserOptions';

/** How a run is polled. */
export interface PollOptions extends UserOptions {
  /** Milliseconds between an answer and the next question. Default 2,000. */
  readonly interval?: number | undefined;
  /** Milliseconds in all; `Infinity` for no limit. Default 300,000: five minutes. */
  readonly timeout?: number | undefined;
}

/** The codec of each, checked before anything is sent. */
export const PollOptions: Parameters<PollOptions> = {
  ...UserOptions,
  interval: parameter.delay,
  timeout: parameter.timeout,
};
