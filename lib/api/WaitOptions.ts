import type { Parameters } from './check';
import { Handlers } from './Handlers';
import { PollOptions } from './PollOptions';

/** How a run is waited for. There is no time limit unless you set one: people take their time. */
export interface WaitOptions extends PollOptions, Handlers {}

/** How a run is started and waited for. */
export interface StartAndWaitOptions extends WaitOptions {
  readonly idempotencyKey?: string | undefined;
}

/** The codec of each, checked before anything is sent. */
export const WaitOptions: Parameters<WaitOptions> = { ...PollOptions, ...Handlers };
