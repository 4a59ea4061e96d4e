import { AbortOptions } from './AbortOptions';
import type { Parameters } from './check';
import { parameter } from './parameter';

/** What becomes of a stream, and of its run, that is left before its ending. */
export interface LeaveOptions extends AbortOptions {
  /**
   * What unsubscribing does to the run: `detach` leaves it running, `cancel` cancels it on the
   * server as well. Default: the client's.
   */
  readonly onUnsubscribe?: 'detach' | 'cancel' | undefined;
}

/** The codec of each, checked before anything is sent. */
export const LeaveOptions: Parameters<LeaveOptions> = {
  ...AbortOptions,
  onUnsubscribe: parameter.oneOf('detach', 'cancel'),
};
