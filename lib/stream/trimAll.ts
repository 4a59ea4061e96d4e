import { asyncScheduler, Subscription, type MonoTypeOperatorFunction } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import { candidate, reading, unlike, type Candidate } from './reading';
import type { Seen } from './Seen';
import type { Tally } from './Tally';

/**
 * Drops from a replay what was delivered of a run all of whose turns are wanted, and passes on the
 * rest: nothing before it verifies.
 *
 * A server may tell the whole history of a run, or only the turn that it executes. Once a second
 * turn was delivered the replay is read as both, until it can be but one of them: the whole history
 * tells the first turn to its end, and then another one. As long as it can be both, nothing is
 * passed on: `quiet` milliseconds without an event mean that all has been told, and if that was not
 * the first turn to its end, it is the latest one.
 *
 * @param seen what was delivered, and takes note of what is passed on.
 * @param told the connection's own count, one event ahead: it has seen each event that comes here.
 */
export const trimAll = (
  seen: Seen,
  told: Pick<Tally, 'ended'>,
  quiet: number,
): MonoTypeOperatorFunction<RunEvent> =>
  operator((subscriber) => {
    const whole = candidate(seen);
    const alone = seen.turns && candidate(seen.turns.latest);
    /** What the replay may be. */
    let left: readonly Candidate[] = alone === undefined ? [whole] : [whole, alone];
    let first = seen.turns && reading(seen.turns.first); // until another turn begins
    let isFirst = false; // what has been told is the first turn, to its end
    let chosen: Candidate | undefined;
    let ended = false;
    let silence = Subscription.EMPTY;
    subscriber.add(() => silence.unsubscribe());

    const pass = (event: RunEvent): void => {
      seen.note(event);
      subscriber.next(event);
    };
    const choose = (one: Candidate | undefined): void => {
      if (one?.reading.verdict !== 'right') return;
      chosen = one;
      for (const event of one.fresh.splice(0)) pass(event);
    };
    /** Which it is of those that are left, once a turn has been told to its end. */
    const likely = (): Candidate | undefined => (left.length > 1 && !isFirst ? alone : left[0]);

    const onSilence = (): void => {
      if (!isFirst) choose(alone);
    };

    /** Reads an event as all that it may be, and leaves out what the replay cannot be any more. */
    const weigh = (event: RunEvent): void => {
      for (const { reading, fresh } of left) {
        const rest = reading.read(event);
        if (rest !== undefined) fresh.push(rest);
      }
      first?.read(event);
      const isAnother = first?.verdict === 'wrong' || (told.ended && first?.verdict === 'open');
      left = left.filter((one) => one.reading.verdict !== 'wrong' && !(isAnother && one === whole));
      // Two turns may say the same, and be told apart by the ids of their messages and calls.
      isFirst = told.ended && (first?.isMet || !alone?.reading.isMet);
    };

    return {
      next: (event) => {
        if (chosen !== undefined) {
          const rest = chosen.reading.read(event);
          if (chosen.reading.verdict === 'wrong') subscriber.error(unlike());
          else if (rest !== undefined) pass(rest);
          return;
        }
        silence.unsubscribe();
        if (ended && !told.ended) {
          left = left.filter((one) => one === likely());
          first = undefined;
        }
        ({ ended } = told);
        weigh(event);
        if (left.length === 0) subscriber.error(unlike());
        else if (left.length === 1) choose(left[0]);
        else silence = asyncScheduler.schedule(onSilence, quiet);
      },
      complete: () => {
        if (chosen === undefined) choose(likely());
        if (chosen !== undefined) subscriber.complete();
        else subscriber.error(unlike());
      },
    };
  });
