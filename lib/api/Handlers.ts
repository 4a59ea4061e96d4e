import type { Observable } from 'rxjs';
import { parameter, type Parameters } from './check';
import type { PermissionRequest } from './objects';

/** A value, now or later. */
export type Eventually<A> = A | PromiseLike<A> | Observable<A>;

/** Whether a tool may be used. */
export type Decision =
  | boolean
  | 'allow'
  | 'deny'
  | {
      readonly decision: 'allow' | 'deny';
      /** Decide alike from now on. Default `false`. */
      readonly remember?: boolean | undefined;
      readonly reason?: string | undefined;
    };

/** What a question is answered with: text → label; or a label alone, for the first question. */
export type Reply = string | { readonly [question: string]: string };

/**
 * Who answers what a run asks. What has no handler is an `UnansweredError`. A request is put to its
 * handler once; one that is settled elsewhere meanwhile lets it go: what it returned is unsubscribed.
 */
export interface Handlers {
  /** May this tool be used? Show `display_name`: `tool_name` is text the agent can influence. */
  readonly onApproval?: ((request: PermissionRequest) => Eventually<Decision>) | undefined;
  /** A question; or a plan, where `isPlanApproval(request)`: answer `'Approve'`, or `'Revise: …'`. */
  readonly onQuestion?: ((request: PermissionRequest) => Eventually<Reply>) | undefined;
  /** How many requests are put to people at once. Default: all that are pending; 1 for one by one. */
  readonly concurrency?: number | undefined;
}

/** The codec of each, checked before anything is sent. */
export const Handlers: Parameters<Handlers> = {
  onApproval: parameter.callback,
  onQuestion: parameter.callback,
  concurrency: parameter.concurrency,
};
