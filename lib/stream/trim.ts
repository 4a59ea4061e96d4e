import { asyncScheduler, Subscription, type MonoTypeOperatorFunction } from 'rxjs';
import { DecodeError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import { reading, type Reading } from './reading';
import type { Seen } from './Seen';
import type { Tally } from './Tally';

/**
 * Which turn of a replayed history is the subscriber's.
 *
 * - `first`: the first, and all that follow it: a new run, or one that was joined;
 * - `last`: the last that verifies: a reply, whose history may begin with turns nobody asked for;
 * - `next`: the one after the turn that is going on: a reply that had to queue.
 */
export type Turn = 'first' | 'last' | 'next';

/** A turn that may be the subscriber's, and what is new in it. */
interface Candidate {
  readonly reading: Reading;
  readonly fresh: RunEvent[];
}

const unlike = (): Error => new DecodeError('what was replayed is not what was delivered');

/**
 * Drops from a replayed history what was delivered before the connection broke, and passes on the
 * rest. Nothing is passed on before a turn verifies; a history in which none does is an error, as
 * soon as it is seen.
 *
 * Of several turns the one that goes on is told by the history's haste: it is sent in one go, so
 * `quiet` milliseconds without an event mean that it has been told, and life goes on from here.
 *
 * @param seen what was delivered, and takes note of what is passed on.
 * @param told the connection's own count, one event ahead: it has seen each event that comes here.
 */
export const trim = (
  seen: Seen,
  told: Pick<Tally, 'ended'>,
  turn: Turn,
  quiet: number,
): MonoTypeOperatorFunction<RunEvent> =>
  operator((subscriber) => {
    const candidate = (): Candidate => ({ reading: reading(seen), fresh: [] });
    let latest = candidate();
    const candidates = [latest];
    let chosen: Candidate | undefined;
    let ended = false;
    let live = false;
    let silence = Subscription.EMPTY;
    subscriber.add(() => silence.unsubscribe());

    const isRight = ({ reading }: Candidate): boolean => reading.verdict === 'right';
    const isPossible = ({ reading }: Candidate): boolean => reading.verdict !== 'wrong';

    const pass = (event: RunEvent): void => {
      seen.note(event);
      subscriber.next(event);
    };
    const choose = (one: Candidate | undefined): void => {
      if (one === undefined) return;
      chosen = one;
      for (const event of one.fresh.splice(0)) pass(event);
    };

    const onSilence = (): void => {
      live = true;
      if (turn !== 'last') return;
      if (isRight(latest)) choose(latest);
      else if (!isPossible(latest)) subscriber.error(unlike());
    };

    return {
      next: (event) => {
        const begins = ended && !told.ended;
        ({ ended } = told);
        if (begins && turn !== 'first' && chosen !== undefined) {
          subscriber.complete(); // the turn that was asked for is over, and this is another one
          return;
        }
        if (begins && turn !== 'first') {
          latest = candidate();
          candidates.push(latest);
          if (turn === 'next' && live) choose(latest);
        }
        const reader = chosen ?? latest;
        const rest = reader.reading.read(event);
        if (!isPossible(reader) && (turn === 'first' || chosen !== undefined)) {
          subscriber.error(unlike()); // there is no other turn that it could be
          return;
        }
        if (rest !== undefined && chosen === undefined) reader.fresh.push(rest);
        else if (rest !== undefined) pass(rest);
        if (chosen !== undefined) return;
        if (turn === 'first') {
          if (isRight(latest)) choose(latest);
          return;
        }
        silence.unsubscribe();
        silence = asyncScheduler.schedule(onSilence, quiet);
      },
      complete: () => {
        if (chosen === undefined) choose(candidates.filter(isRight).pop());
        if (chosen !== undefined) subscriber.complete();
        else subscriber.error(unlike());
      },
    };
  });
