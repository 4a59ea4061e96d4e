import type { Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { RunRecord } from './records';

/** Something the run asks of people; pending under `/permissions` until it is decided. [wire §5] */
export interface Ask {
  readonly tool_name: string;
  readonly tool_input: { readonly [field: string]: unknown };
  readonly display_name?: string | undefined;
  readonly consequence?: string | undefined;
  readonly fields?: readonly (readonly [label: string, value: string])[] | undefined;
  readonly prose?: string | undefined;
  readonly can_remember?: boolean | undefined;
  readonly timeout_seconds?: number | undefined;
  /**
   * What happened behind the caller's back by the time the decision comes in: the gate was
   * cancelled, another approver decided, or the run ended with the gate open.
   */
  readonly meanwhile?: 'cancelled' | 'allow' | 'deny' | 'ended' | undefined;
}

/** What people decided about one ask. */
export interface Verdict {
  readonly decision: 'allow' | 'deny';
  readonly remember: boolean;
  readonly reason?: string | undefined;
  /** To a question: its text → the label that was chosen. */
  readonly answers: { readonly [question: string]: string };
}

/** An event as it is sent: any JSON object with a `type`. [wire §3] */
export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What a script does next: it sends a frame, or one of the things a run does beside that. */
export type Step =
  | Frame
  | { readonly step: 'wait'; readonly ms: number }
  | { readonly step: 'raw'; readonly bytes: string | Uint8Array }
  | { readonly step: 'file'; readonly name: string; readonly content: string | Uint8Array }
  | { readonly step: 'output'; readonly output_data: unknown }
  | { readonly step: 'cut'; readonly how: 'reset' | 'end' }
  | { readonly step: 'ask'; readonly asks: readonly Ask[] };

/** One message and what the run makes of it: the first message is turn 0, each reply the next. */
export interface Turn {
  readonly message: string;
  readonly turn: number;
  /** The run's record as the turn begins. */
  readonly run: RunRecord;
}

/**
 * Steps that may hear what people decided. Spelt for a TypeScript before 5.6: its `Iterable` cannot say
 * that, and to it a generator that delegates to arrays hears `undefined`.
 *
 * @inline
 */
interface Steps {
  readonly [Symbol.iterator]: () => Iterator<Step, unknown, readonly Verdict[] | undefined>;
}

/**
 * What a run does with a message. Step makers are delegated to, a frame of one's own is yielded:
 *
 * ```ts
 * import { approval, text, type Script } from 'm8tes-rx/testing';
 *
 * const script: Script = function* ({ message }) {
 *   yield* text('You said ', message);
 *   yield { type: 'ping' };
 *   const { decision } = yield* approval({ tool_name: 'gmail_send' });
 *   yield* text(decision === 'allow' ? 'Sent.' : 'Not sent.');
 * };
 * ```
 *
 * An Observable of steps, or of events, is a script as well: each is taken when it comes. What people
 * decide it is not told.
 *
 * The server itself begins each turn with `metadata`, and ends it with `done` when the script did
 * not say how it ends.
 */
export type Script = (turn: Turn) => Steps | Observable<Step | RunEvent>;
