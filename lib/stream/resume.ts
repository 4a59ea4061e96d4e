import {
  catchError,
  concatMap,
  defaultIfEmpty,
  defer,
  filter,
  finalize,
  from,
  identity,
  map,
  of,
  retry,
  take,
  tap,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { ApiError, ConnectionError, StreamInterruptedError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { connection } from './connection';
import { Fingerprint } from './Fingerprint';
import type { Connection, Ended, Healing } from './Healing';
import { Seen } from './Seen';
import { trim } from './trim';

/** "409 once the run no longer executes": there is no stream any more, but there is a record. [wire §1] */
const isGone = (error: unknown): boolean => error instanceof ApiError && error.kind === 'conflict';

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
    let run_id: number | undefined;
    let begun = false; // whether the server has taken the request: from here on it is a stream that breaks
    let failures = 0;

    const tell = (state: Connection['state'], more: Partial<Connection> = {}): void =>
      onConnection({ state, run_id, attempt: failures, ...more });

    const opened = (): Observable<RunEvent> =>
      open().pipe(
        concatMap((opening) => {
          begun = true;
          if ('response' in opening) {
            tell('open');
            const replay = seen.events > 0 ? trim(seen, turn, linger) : identity;
            return connection(opening.response, how).pipe(replay);
          }
          ({ run_id, turn } = opening);
          return (step = joined)();
        }),
      );

    const joined = (): Observable<RunEvent> =>
      join(run_id!).pipe(
        concatMap((response) => {
          tell('open');
          return connection(response, how, isOver).pipe(trim(seen, turn, linger));
        }),
      );

    const isOver = (): Observable<boolean> =>
      record(run_id!).pipe(
        map(({ isOver }) => isOver),
        catchError(() => of(false)),
      );

    const settled = (): Observable<RunEvent> =>
      record(run_id!).pipe(
        concatMap(({ run, isOver, texts, ending }: Ended) => {
          if (!isOver) {
            step = joined;
            throw new ConnectionError('the run goes on, but has no stream to join yet');
          }
          return texts.pipe(
            filter((text) => Fingerprint.isPrefix(seen.text, text)),
            take(1),
            defaultIfEmpty(undefined),
            concatMap((text) => {
              if (text === undefined) throw interrupted('its record tells another text', undefined, run);
              const rest = text.slice(seen.text.length);
              const told = seen.counts.has('error') ? ending.filter(({ type }) => type !== 'error') : ending;
              return from(rest === '' ? told : [{ type: 'text-delta', delta: rest } as const, ...told]);
            }),
          );
        }),
      );

    let step = opened;

    const interrupted = (why: string, cause: unknown, run?: unknown): StreamInterruptedError =>
      new StreamInterruptedError(
        `the stream of ${run_id === undefined ? 'the run' : `run ${run_id}`} broke off and could ` +
          `not be healed (${why}); what was delivered is right, but not all: read runs.get()`,
        { run_id, delivered: { events: seen.events, characters: seen.text.length }, run, cause },
      );

    /** Decides what the next connection is, and when. */
    const heal = (error: unknown): Observable<unknown> => {
      if (!begun || (error instanceof StreamInterruptedError && error.run !== undefined)) {
        return throwError(() => error);
      }
      if (isGone(error) && step === joined) {
        step = settled;
        return of(undefined);
      }
      const delay = wait(error, ++failures);
      if (delay === undefined) {
        const why = error instanceof Error ? error.message : 'no reason given';
        return throwError(() => interrupted(why, error));
      }
      if (step === opened && run_id !== undefined) step = joined;
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
        if (failures > 0) {
          tell('resumed');
          failures = 0;
        }
        ({ turn } = healing);
      }),
      retry({ delay: heal }),
      finalize(() => tell('closed')),
    );
  });
