import { parameter } from './parameter';
import type { Parameters } from './check';

/** What a call that starts a run takes beside its parameters. */
export interface CallOptions {
  /**
   * Names the run this call starts, so that the server never starts it twice. Made anew for each
   * call unless you give one; visible ASCII, 255 characters at most.
   */
  readonly idempotencyKey?: string | undefined;
}

/** The codec of each, checked before anything is sent. */
export const CallOptions: Parameters<CallOptions> = { idempotencyKey: parameter.text };
