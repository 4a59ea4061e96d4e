import type { Parameters } from './check';
import { LeaveOptions } from './LeaveOptions';
import { parameter } from './parameter';

/** What a call that starts a run takes beside its parameters. */
export interface CallOptions extends LeaveOptions {
  /**
   * Names the run this call starts, so that the server never starts it twice. Made anew for each
   * call unless you give one; visible ASCII, 255 characters at most.
   */
  readonly idempotencyKey?: string | undefined;
}

/** The codec of each, checked before anything is sent. */
export const CallOptions: Parameters<CallOptions> = {
  ...LeaveOptions,
  idempotencyKey: parameter.text,
};
