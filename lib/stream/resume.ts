import { catchError, concatMap, defer, EMPTY, from, map, Observable, of, tap, timer } from 'rxjs';
import { ConnectionError, StreamInterruptedError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import type { TransportResponse } from '../http/Transport';
import { inner, handOn } from '../operator';
import { connection } from './connection';
import { Cursor } from './Cursor';
import { following } from './following';
import type { ConnectionState, Healing } from './Healing';
import { interruption } from './interruption';
import { Seen } from './Seen';
import { Tally, type Notes } from './Tally';
import { settle } from './settle';
import { trim, type Turn } from './trim';

/**
 * Where the stream of a run stands. Each state leads to a connection, or to the next state:
 *
 * | state      | what is done                               | leads to                             |
 * | ---------- | ------------------------------------------ | ------------------------------------ |
 * | `starting` | the request is sent; its errors surface    | `opening`, or `joining` where it is told which run to join |
 * | `opening`  | it is sent again, with its key: the stream broke before anybody knew the run | as `starting` |
 * | `joining`  | the stream of a run that is known is joined | `settling`, when it is gone         |
 * | `settling` | its record is read                         | the end; `joining`, if it is not over |
 *
 * A stream that breaks leads to `joining` if its run is known by then, else to `opening`.
 */
type State =
  | { readonly name: 'starting' | 'opening' }
  | { readonly name: 'joining'; readonly run_id: number; readonly turn: Turn }
  | { readonly name: 'settling'; readonly run_id: number; readonly turn: Turn };

/** The header in which a server says from which id it goes on. */
const RESUMED = 'm8tes-resumed';

/**
 * A run's events over as many connections as it takes, each delivered exactly once.
 *
 * A stream that breaks off is joined again; before the run's id is known the request is repeated,
 * with its key. The server replays the history, and what was delivered, or known from the beginning
 * (`after`), is trimmed off it. When the run has ended meanwhile, its record tells the rest of the
 * text, where that is certain, and the ending. Where certainty ends, so does the stream: with a
 * {@link StreamInterruptedError}, never with a guess, a repetition or a silent loss.
 */
export const resume = (healing: Healing): Observable<RunEvent> =>
  new Observable((subscriber) => {
    const { after = EMPTY, open, join, record, wait, onConnection, events: how } = healing;
    const { linger = 1_000 } = how;
    const stream = healing.number();
    const seen = Seen();
    const cursor = Cursor();
    let state: State = { name: 'starting' };
    let run_id: number | undefined;
    let isWhole = false; // a run that was joined: all its turns are wanted
    let hasIds = false; // most have none: that is asked of every event, and must cost nothing
    let isOpen = false; // a stream has been answered, and is read
    let failures = 0; // in a row, without progress
    let pauses = 0; // streams that ended because the run waits for people, in a row

    const tell = (name: ConnectionState['state'], more: Partial<ConnectionState> = {}): void =>
      onConnection({ stream, state: name, run_id, attempt: failures + pauses, ...more });

    const unhealed = (why: string, known: { cause?: unknown; run?: unknown }): Error =>
      interruption(seen, { run_id, unhealed: why, ...known });

    // What a state does.

    /** A connection: what it tells is delivered, but for what was delivered before. */
    const read = (
      response: TransportResponse,
      turn: Turn,
      hasTurns: boolean,
      lastEventId?: string,
    ): Observable<RunEvent> => {
      isOpen = true;
      tell('open');
      const onId = (event: RunEvent, id: string): void => {
        hasIds = true;
        cursor.came(event, id);
      };
      const events = (notes: Notes): Observable<RunEvent> =>
        connection(response, notes, how, hasTurns ? isOver : undefined, onId);
      if (seen.events === 0 && turn === 'first') return events(seen);
      if (lastEventId !== undefined && response.headers.get(RESUMED) === lastEventId) {
        const told = Tally(seen.ended);
        return events(told).pipe(following(seen, told, turn, cursor));
      }
      const told = Tally();
      return events(told).pipe(trim(seen, told, turn, linger));
    };

    const opening = (): Observable<RunEvent> =>
      open().pipe(
        handOn((opened) => {
          if ('run_id' in opened) {
            const { run_id: id, turn, gone } = opened;
            if (gone === undefined) return joining(id, turn);
            if (seen.events === 0) throw gone; // nothing is known that its record could go on from
            isWhole = true;
            run_id = id;
            return settling(id, turn);
          }
          state = { name: 'opening' };
          isWhole = opened.joined !== undefined;
          run_id ??= opened.joined;
          // Of a request that was answered with its stream, this is the turn.
          return read(opened.response, seen.events > 0 ? healing.turn : 'first', isWhole);
        }),
      );

    const joining = (id: number, turn: Turn): Observable<RunEvent> => {
      run_id = id;
      state = { name: 'joining', run_id: id, turn };
      const { at } = cursor;
      return join(id, at).pipe(
        handOn((joined) =>
          joined === 'gone'
            ? settling(id, turn)
            : // The history of a new run begins with its own turn, which ends as it would have.
              read(joined, turn, isWhole || turn !== 'first', at),
        ),
      );
    };

    const settling = (id: number, turn: Turn): Observable<RunEvent> => {
      state = { name: 'settling', run_id: id, turn };
      return record(id).pipe(
        handOn((ended) => {
          if (ended.isOver) {
            const uncertain = () => unhealed('its record tells another text', { run: ended.run });
            return settle(seen, ended, uncertain).pipe(
              concatMap((missing) => {
                tell('settled');
                failures = pauses = 0; // and nothing is resumed
                return from(missing);
              }),
              tap((event) => seen.note(event)),
            );
          }
          state = { name: 'joining', run_id: id, turn };
          throw new ConnectionError(
            'the run goes on, but there is no stream to join yet',
            ended.isWaiting ? 'WAITING' : undefined,
          );
        }),
      );
    };

    const connect = (): Observable<RunEvent> =>
      state.name === 'joining'
        ? joining(state.run_id, state.turn)
        : state.name === 'settling'
          ? settling(state.run_id, state.turn)
          : opening();

    /** Whether a run that was joined is over. Where no wait will ever tell, its ending stands. */
    const isOver = (): Observable<boolean> =>
      record(run_id!).pipe(
        map(({ isOver }) => isOver),
        catchError((error: unknown) => of(wait(error, 1, false) === undefined)),
      );

    // What comes after it.

    const deliver = (event: RunEvent): void => {
      run_id ??= seen.run_id;
      if (failures + pauses > 0) {
        tell('resumed');
        failures = pauses = 0;
      }
      if (hasIds) cursor.delivered(event);
      subscriber.next(event);
    };

    const heal = (error: unknown): void => {
      const isLast = error instanceof StreamInterruptedError;
      if (state.name === 'starting' || isLast) {
        subscriber.error(error);
        return;
      }
      if (seen.ended && !isWhole) {
        subscriber.complete(); // the turn that was asked for has been told
        return;
      }
      // A stream may end where its run waits for people, and they take their time.
      const isPause =
        error instanceof ConnectionError && (error.code === 'WAITING' || (isOpen && seen.asking));
      const inARow = isPause ? ++pauses : ++failures;
      if (seen.isTooMuch) {
        subscriber.error(
          unhealed('it has too many parts to compare a replay with', { cause: error }),
        );
        return;
      }
      const delay = wait(error, inARow, isPause);
      if (delay === undefined) {
        const isTried = failures + pauses > 1 || !(error instanceof ConnectionError);
        const why = error instanceof Error ? error.message : 'no reason given';
        subscriber.error(
          interruption(seen, { run_id, cause: error, ...(isTried && { unhealed: why }) }),
        );
        return;
      }
      if (run_id !== undefined && state.name !== 'settling') {
        const turn = state.name === 'joining' && seen.events === 0 ? state.turn : healing.turn;
        state = { name: 'joining', run_id, turn };
      }
      tell('interrupted', { delay, cause: error });
      subscriber.add(timer(delay).subscribe(run));
    };

    /** A history that is cut between two turns looks whole, but tells less than was delivered. */
    const finish = (): void => {
      if (seen.ended) subscriber.complete();
      else heal(new ConnectionError('what was replayed ends before what was delivered'));
    };

    const run = (): void => {
      isOpen = false;
      tell('connecting');
      const reading = inner<RunEvent>(subscriber, { next: deliver, error: heal, complete: finish });
      subscriber.add(reading);
      defer(connect).subscribe(reading);
    };

    subscriber.add(() => tell('closed'));
    const known = inner<RunEvent>(subscriber, {
      next: (event) => void seen.note(event),
      complete: run,
    });
    subscriber.add(known);
    after.subscribe(known);
  });
