/** How calls behave. Beside each, the codec of each of its parts, checked before anything is sent. */
import type { ObservableInput } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { parameter, type Parameters } from './check';
import { Handlers } from './Handlers';

const { text, flag, count, limit, delay, timeout, signal, source, oneOf } = parameter;

/** What every call takes. */
export interface AbortOptions {
  /** Ends the call with the signal's reason as its error, and closes its connection. */
  readonly signal?: AbortSignal | undefined;
}

export const AbortOptions: Parameters<AbortOptions> = { signal };

/** Whose it is. */
export interface UserOptions extends AbortOptions {
  /** Your own user; accounts in strict multi-tenant mode must name one. */
  readonly user_id?: string | undefined;
}

export const UserOptions: Parameters<UserOptions> = { ...AbortOptions, user_id: text };

/** What becomes of a stream, and of its run, that is left before its ending. */
export interface LeaveOptions extends AbortOptions {
  /**
   * What unsubscribing does to the run: `detach` leaves it running, `cancel` cancels it on the
   * server as well. Default: the client's.
   */
  readonly onUnsubscribe?: 'detach' | 'cancel' | undefined;
}

export const LeaveOptions: Parameters<LeaveOptions> = {
  ...AbortOptions,
  onUnsubscribe: oneOf('detach', 'cancel'),
};

/** What a call that starts a run takes beside its parameters. */
export interface CallOptions extends LeaveOptions {
  /**
   * Names the run this call starts, so that the server never starts it twice. Made anew for each
   * call unless you give one; visible ASCII, 255 characters at most.
   */
  readonly idempotencyKey?: string | undefined;
}

export const CallOptions: Parameters<CallOptions> = { ...LeaveOptions, idempotencyKey: text };

/** What a call that streams the words of a run takes. */
export interface TextOptions extends CallOptions {
  /**
   * Whether a run that failed or was cancelled is a `RunFailedError`, after the words that came; with
   * `false` they are all there is. Default `true`.
   */
  readonly failOnError?: boolean | undefined;
}

export const TextOptions: Parameters<TextOptions> = { ...CallOptions, failOnError: flag };

/** What joining a run's stream takes. */
export interface StreamOptions extends UserOptions, LeaveOptions {
  /**
   * Events of this run that you have from elsewhere, each as it came, from the run's beginning: an
   * array, an Observable, an async iterable. The stream is what follows them. They are read when it
   * is subscribed to, before anything is sent; what their source errors with is the stream's error.
   */
  readonly after?: ObservableInput<RunEvent> | undefined;
}

export const StreamOptions: Parameters<StreamOptions> = {
  ...UserOptions,
  ...LeaveOptions,
  after: source,
};

/** How a run is polled. */
export interface PollOptions extends UserOptions {
  /** Milliseconds between an answer and the next question. Default 2,000. */
  readonly interval?: number | undefined;
  /** Milliseconds in all; `Infinity` for no limit. Default 300,000: five minutes. */
  readonly timeout?: number | undefined;
}

export const PollOptions: Parameters<PollOptions> = { ...UserOptions, interval: delay, timeout };

/** How a run is waited for. There is no time limit unless you set one: people take their time. */
export interface WaitOptions extends PollOptions, Handlers {}

export const WaitOptions: Parameters<WaitOptions> = { ...PollOptions, ...Handlers };

/** How a run is started and waited for. */
export interface StartAndWaitOptions extends WaitOptions {
  readonly idempotencyKey?: string | undefined;
}

export const StartAndWaitOptions: Parameters<StartAndWaitOptions> = {
  ...WaitOptions,
  idempotencyKey: text,
};

/** Which messages are read. */
export interface MessagesOptions extends AbortOptions {
  /** Only those after this `sequence`. */
  readonly after_sequence?: number | undefined;
  /** How many, 1 to 100. */
  readonly limit?: number | undefined;
}

export const MessagesOptions: Parameters<MessagesOptions> = {
  ...AbortOptions,
  after_sequence: count,
  limit,
};

/** How a run is made anew. */
export interface RetryRunOptions extends AbortOptions {
  /** Confirms what the API wants confirmed. */
  readonly confirm?: boolean | undefined;
  /** Pays with credits. */
  readonly use_credits?: boolean | undefined;
}

export const RetryRunOptions: Parameters<RetryRunOptions> = {
  ...AbortOptions,
  confirm: flag,
  use_credits: flag,
};
