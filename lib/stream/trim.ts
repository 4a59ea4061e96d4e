import { asyncScheduler, Subscription, type MonoTypeOperatorFunction } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import { candidate, unlike, type Candidate } from './reading';
import type { Seen } from './Seen';
import type { Tally } from './Tally';
import { trimAll } from './trimAll';

/**
 * Which turn of a replayed history is the subscriber's.
 *
 * - `first`: the first, and all that follow it: a new run, or one that was joined;
 * - `last`: the last that verifies: a reply, whose history may begin with turns nobody asked for;
 * - `next`: the one after the turn that is going on: a reply that had to queue.
 */
export type Turn = 'first' | 'last' | 'next';

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
  turn === 'first' ? trimAll(seen, told, quiet) : trimTurn(seen, told, turn, quiet);

/** Passes on one turn alone, and completes where another begins. */
const trimTurn = (
  seen: Seen,
  told: Pick<Tally, 'ended'>,
  turn: Exclude<Turn, 'first'>,
  quiet: number,
): MonoTypeOperatorFunction<RunEvent> =>
  operator((subscriber) => {
    let latest = candidate(seen);
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
        if (begins && chosen !== undefined) {
          subscriber.complete(); // the turn that was asked for is over, and this is another one
          return;
        }
        if (begins) {
          latest = candidate(seen);
          candidates.push(latest);
          if (turn === 'next' && live) choose(latest);
        }
        const reader = chosen ?? latest;
        const rest = reader.reading.read(event);
        if (!isPossible(reader) && chosen !== undefined) {
          subscriber.error(unlike()); // there is no other turn that it could be
          return;
        }
        if (rest !== undefined && chosen === undefined) reader.fresh.push(rest);
        else if (rest !== undefined) pass(rest);
        if (chosen !== undefined) return;
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
