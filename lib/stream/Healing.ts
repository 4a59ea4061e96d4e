import type { Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { TransportResponse } from '../http/Transport';
import type { EventsOptions } from './connection';
import type { Turn } from './trim';

/**
 * A first connection: a response that streams, of the run that was `joined` if it was one; or the
 * run whose stream is to be joined instead. Where one was to be joined that does not execute any
 * more, `gone` is the refusal that said so.
 */
export type Opened =
  | { readonly response: TransportResponse; readonly joined?: number }
  | { readonly run_id: number; readonly turn: Turn; readonly gone?: Error };

/** The stream of a run; or `gone`, when it does not execute any more and has none. */
export type Joined = TransportResponse | 'gone';

/** What a run's record says when its stream is gone. */
export interface Ended {
  readonly run: unknown;
  readonly isOver: boolean;
  /** Whether it waits for people, and has no stream as long as it does. */
  readonly isWaiting: boolean;
  /** The turn's text as the record tells it in one place and another, read one by one. */
  readonly texts: Observable<string>;
  /** The run's id, and its usage. */
  readonly metadata: RunEvent;
  /** What the stream of such a run ends with. */
  readonly ending: readonly RunEvent[];
}

/** What a stream tells of its connections, beside its events. */
export interface ConnectionState {
  /** Which of the client's streams it is, counted from 1: two that connect have no run id yet. */
  readonly stream: number;
  /**
   * `connecting`: asking for a stream; `open`: it is there; `interrupted`: it broke, and is healed
   * after `delay`; `resumed`: the first new event after that; `settled`: the run ended, its stream is
   * gone, and the rest comes from its record, which has the text and the ending but no tool calls,
   * say; `closed`: no connection any more.
   */
  readonly state: 'connecting' | 'open' | 'interrupted' | 'resumed' | 'settled' | 'closed';
  readonly run_id: number | undefined;
  /** Interruptions in a row, without progress between them. */
  readonly attempt: number;
  /** Milliseconds until the next try; only with `interrupted`. */
  readonly delay?: number;
  /** Why; only with `interrupted`. */
  readonly cause?: unknown;
}

/** How a stream is opened, and what it is healed with: `resume` knows no routes. */
export interface Healing {
  /** What the subscriber has from elsewhere, from the beginning of the run: it counts as delivered. */
  readonly after?: Observable<RunEvent> | undefined;
  readonly open: () => Observable<Opened>;
  /**
   * The stream of a run that executes: its history so far, then live; or, where the server honours
   * the id of the last event that was delivered, and says so, what follows that.
   */
  readonly join: (run_id: number, lastEventId?: string) => Observable<Joined>;
  readonly record: (run_id: number) => Observable<Ended>;
  /** Which turn of a history is the subscriber's, once its stream was cut. */
  readonly turn: Turn;
  /**
   * Milliseconds to wait after so many failures in a row, or so many pauses: streams that ended
   * because the run waits for people, which are no failures. Undefined gives up.
   */
  readonly wait: (error: unknown, inARow: number, isPause: boolean) => number | undefined;
  /** A number for a stream that begins. */
  readonly number: () => number;
  readonly onConnection: (state: ConnectionState) => void;
  readonly events: EventsOptions;
}
