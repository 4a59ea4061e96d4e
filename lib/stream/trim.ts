import { asyncScheduler, Observable, Subscription, type MonoTypeOperatorFunction } from 'rxjs';
import { DecodeError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { hasEnded } from './hasEnded';
import { reading, type Reading } from './reading';
import type { Seen } from './Seen';

/**
 * Which turn of a replayed history is the subscriber's.
 *
 * - `first`: the first that verifies, and all that follows it: a new run, or one that was joined;
 * - `last`: the last that verifies: a reply, whose history may begin with turns nobody asked for;
 * - `next`: the one after the turn that is going on: a reply that had to queue.
 */
export type Turn = 'first' | 'last' | 'next';

/** A turn that may be the subscriber's, and what is new in it. */
interface Candidate {
  readonly reading: Reading;
  readonly fresh: RunEvent[];
}

/**
 * Drops from a replayed history what was delivered before the connection broke, and passes on the
 * rest. Nothing is passed on before a turn verifies; a history in which none does is an error.
 *
 * Of several turns the one that goes on is told by the history's haste: it is sent in one go, so
 * `quiet` milliseconds without an event mean that it has been told, and life goes on from here.
 */
export const trim =
  (seen: Seen, turn: Turn, quiet: number): MonoTypeOperatorFunction<RunEvent> =>
  (replay) =>
    new Observable((subscriber) => {
      const candidate = (): Candidate => ({ reading: reading(seen), fresh: [] });
      let latest = candidate();
      let candidates = [latest];
      let chosen: Candidate | undefined;
      let ended = false;
      let live = false;
      let silence = Subscription.EMPTY;

      const isRight = ({ reading }: Candidate): boolean => reading.verdict === 'right';

      const choose = (one: Candidate | undefined): void => {
        if (one === undefined) return;
        chosen = one;
        for (const event of one.fresh.splice(0)) subscriber.next(event);
      };

      const onSilence = (): void => {
        live = true;
        if (turn === 'last' && isRight(latest)) choose(latest);
      };

      const onEvent = (event: RunEvent): void => {
        const wasEnded = ended;
        ended = hasEnded(ended, event);
        const begins = wasEnded && !ended;
        if (begins && turn !== 'first' && chosen !== undefined) {
          subscriber.complete(); // the turn that was asked for is over, and this is another one
          return;
        }
        if (begins && chosen === undefined) {
          latest = candidate();
          candidates.push(latest);
          if (turn === 'next' && live) choose(latest);
        }
        const readers = chosen !== undefined ? [chosen] : turn === 'first' ? candidates : [latest];
        for (const { reading, fresh } of readers) {
          const rest = reading.read(event);
          if (rest === undefined) continue;
          if (chosen === undefined) fresh.push(rest);
          else subscriber.next(rest);
        }
        if (chosen !== undefined) return;
        candidates = candidates.filter(({ reading }) => reading.verdict !== 'wrong');
        if (turn === 'first') {
          choose(candidates.find(isRight));
        } else {
          silence.unsubscribe();
          silence = asyncScheduler.schedule(onSilence, quiet);
        }
      };

      subscriber.add(() => silence.unsubscribe());
      return replay.subscribe({
        next: onEvent,
        error: (error) => subscriber.error(error),
        complete: () => {
          if (chosen === undefined) choose(candidates.filter(isRight).pop());
          if (chosen !== undefined) subscriber.complete();
          else subscriber.error(new DecodeError('what was replayed is not what was delivered'));
        },
      });
    });
