import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  identity,
  map,
  of,
  retry,
  tap,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { ApiError, ConnectionError, StreamInterruptedError } from '../errors';
import { isInfrastructure } from '../events/isInfrastructure';
import type { RunEvent } from '../events/RunEvent';
import { connection } from './connection';
import type { Connection, Healing } from './Healing';
import { Seen } from './Seen';
import { settle } from './settle';
import { trim } from './trim';

/**
 * A stream may end where its run waits for people, and they take their time: it is joined again and
 * again, with waits that grow no further than this many failures make them, and without giving up.
 */
const PATIENCE = 4;

/** "409 once the run no longer executes": no stream any more, but a record. [wire §1 Routes] */
const isGone = (error: unknown): boolean => error instanceof ApiError && error.kind === 'conflict';

const isAsking = ({ type }: RunEvent): boolean =>
  type === 'permission_request' || type === 'awaiting_approval';

/**
 * A run's events over as many connections as it takes, each delivered exactly once.
 *
 * A stream that breaks off is joined again; before the run's id is known the request is repeated,
 * with its key. The server replays the history, and what was delivered is trimmed off it. When the
 * run has ended meanwhile, its record tells the rest of the text, where that is certain, and the
 * ending. Where certainty ends, so does the stream: with a {@link StreamInterruptedError}, never
 * with a guess, a repetition or a silent loss.
 */
export const resume = (healing: Healing): Observable<RunEvent> =>
  defer(() => {
    const { open, join, record, wait, onConnection, events: how } = healing;
    const { linger = 1_000 } = how;
    const seen = Seen();
    let { turn } = healing;
    let isWhole = false; // a run that was joined: all its turns are wanted
    let run_id: number | undefined;
    let begun = false; // the server has taken the request: what fails from here on is a stream
    let asking = false; // the last word was a question to people
    let failures = 0;

    const tell = (state: Connection['state'], more: Partial<Connection> = {}): void =>
      onConnection({ state, run_id, attempt: failures, ...more });

    const interrupted = (message: string, known: { cause?: unknown; run?: unknown }): Error =>
      new StreamInterruptedError(message, {
        ...{ run_id, delivered: { events: seen.events, characters: seen.characters } },
        ...known,
      });

    const unhealed = (why: string, known: { cause?: unknown; run?: unknown }): Error =>
      interrupted(
        `the stream of ${run_id === undefined ? 'the run' : `run ${run_id}`} broke off and could ` +
          `not be healed (${why}); what was delivered is right, but not all: read runs.get()`,
        known,
      );

    // The steps of a stream. Each is a connection, or leads to one.

    const opened = (): Observable<RunEvent> =>
      open().pipe(
        concatMap((opening) => {
          begun = true;
          if ('run_id' in opening) {
            ({ run_id, turn } = opening);
            return (step = joined)();
          }
          isWhole = opening.joined !== undefined;
          run_id ??= opening.joined;
          tell('open');
          const replay = seen.events > 0 ? trim(seen, turn, linger) : identity;
          return connection(opening.response, how, isWhole ? isOver : undefined).pipe(replay);
        }),
      );

    const joined = (): Observable<RunEvent> =>
      join(run_id!).pipe(
        concatMap((response) => {
          tell('open');
          // The history of a new run begins with its own turn, which ends as it would have.
          const hasTurns = isWhole || turn !== 'first';
          const events = connection(response, how, hasTurns ? isOver : undefined);
          return events.pipe(trim(seen, turn, linger));
        }),
      );

    const isOver = (): Observable<boolean> =>
      record(run_id!).pipe(
        map(({ isOver }) => isOver),
        catchError(() => of(false)),
      );

    const settled = (): Observable<RunEvent> =>
      record(run_id!).pipe(
        concatMap((ended) => {
          if (ended.isOver) {
            const uncertain = () => unhealed('its record tells another text', { run: ended.run });
            return settle(seen, ended, uncertain).pipe(
              concatMap((missing) => {
                tell('settled');
                failures = 0; // and nothing is resumed
                return from(missing);
              }),
            );
          }
          step = joined;
          throw new ConnectionError('the run goes on, but there is no stream to join yet');
        }),
      );

    /** A history that is cut between two turns looks whole, but tells less than was delivered. */
    const told = (): Observable<never> =>
      seen.ended
        ? EMPTY
        : throwError(() => new ConnectionError('what was replayed ends before what was delivered'));

    const givenUp = (error: unknown): Error => {
      // Nothing was tried: the connection has said it all, but for what was known before it.
      if (failures === 1 && error instanceof StreamInterruptedError) {
        return interrupted(error.message, { cause: error.cause });
      }
      const why = error instanceof Error ? error.message : 'no reason given';
      return unhealed(why, { cause: error });
    };

    let step = opened;

    /** What comes after an error, and when. */
    const heal = (error: unknown): Observable<unknown> => {
      const isLast = error instanceof StreamInterruptedError && error.run !== undefined;
      if (!begun || isLast) return throwError(() => error);
      if (seen.ended && !isWhole) return EMPTY; // the turn that was asked for has been told
      if (isGone(error) && step === joined) {
        step = settled;
        return of(undefined);
      }
      failures++;
      const isPause = asking && error instanceof StreamInterruptedError;
      const delay = wait(error, isPause ? Math.min(failures, PATIENCE) : failures);
      if (delay === undefined) return throwError(() => givenUp(error));
      if (run_id !== undefined && step !== settled) step = joined;
      tell('interrupted', { delay, cause: error });
      return timer(delay);
    };

    return defer(() => {
      tell('connecting');
      return step();
    }).pipe(
      tap((event) => {
        seen.note(event);
        run_id ??= seen.run_id;
        ({ turn } = healing);
        asking = isAsking(event) || (asking && isInfrastructure(event));
        if (failures === 0) return;
        tell('resumed');
        failures = 0;
      }),
      (events) => concat(events, defer(told)),
      retry({ delay: heal }),
      finalize(() => tell('closed')),
    );
  });
