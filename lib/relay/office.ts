import {
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  map,
  type Observable,
  of,
  repeat,
  retry,
  takeWhile,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { ApiError } from '../errors';
import { decodeEvent } from '../events/decode';
import { hasEnded } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { fingerprints } from '../log/fingerprints';
import type { Acquired, Mark, RunLog } from '../log/RunLog';
import type { Begun } from './begin';
import { pump, type Pumping } from './pump';

/** Whose runs are asked for: accounts in strict multi-tenant mode must say so. [wire §1 Scoping] @inline */
export interface Whose {
  readonly user_id?: string | undefined;
}

/** Where runs are kept, and where they come from. */
export interface Desk {
  readonly log: RunLog;
  /** Milliseconds for which an office is kept without a sign of life. */
  readonly lease: number;
  /** The run's stream after these events, from elsewhere. */
  readonly join: (
    run_id: number,
    options: { readonly after?: Observable<RunEvent> | undefined } & Whose,
  ) => Observable<RunEvent>;
  readonly isOver: (run_id: number, options: Whose) => Observable<boolean>;
  /** Gives an office up. What becomes of that is nobody's business: the lease ends by itself. */
  readonly release: (run: string, owner: string) => void;
}

/** What a run is attended with, the first time. */
export interface Attending extends Whose {
  /** Its stream, where one has begun: of a new run, or, with `reopen`, of a reply. */
  readonly begun?: Begun | undefined;
  /** Opens the log again where the run had ended: somebody replied to it. This names the reply. */
  readonly reopen?: string | undefined;
  /** Replies that came meanwhile, each a turn: for when the one before has been told. */
  readonly turns?: Next[] | undefined;
}

/** A turn that somebody's reply is to be. */
export interface Next {
  /** Its stream, as soon as that has begun. */
  begun?: Begun | undefined;
  /** Whether it is told by another stream: then nobody needs its own. */
  isTold: boolean;
}

/** How often in a row a run is asked for again whose API is away, and how long it is waited then. */
const TRIES = 4;
const WAIT = 250;

const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.kind === 'rate-limit' || error.kind === 'server';

/** How often what a log held is asked for again, and after how long: a stream waits for it. */
const READS = 3;
const PAUSE = 50;

/** What a log held when its office was taken. */
const history = (log: RunLog, run: string, { pos }: Mark): Observable<RunEvent> =>
  defer(() => {
    let after: Mark | undefined;
    if (pos === 0) return EMPTY;
    return defer(() => log.read(run, { after })).pipe(
      retry({ count: READS, delay: PAUSE }),
      concatMap((reading) => {
        if (reading.type === 'entries') return reading.entries;
        throw new RangeError(`the log of run ${run} is ${reading.type} where it was open`);
      }),
      tap((entry) => (after = entry)),
      takeWhile((entry) => entry.pos < pos, true),
      map(({ data }) => decodeEvent(data)),
    );
  });

/**
 * Sees to it that somebody pumps a run, here or elsewhere, until its log is closed; emits whenever
 * the log is known to be there.
 *
 * Whoever finds the office vacant takes it. One that is held is asked for again when its lease may
 * be over, a little later here than there, so that not all come at once. Who takes over reads what
 * the log holds and joins the run's stream after that. What is read and written here is by content:
 * nobody who had the office before is needed.
 *
 * @throws what the API refuses for good, at once; what may pass, after some tries.
 */
export const attend = (
  { log, lease, join, isOver, release }: Desk,
  run_id: number,
  { begun, reopen, turns = [], user_id }: Attending = {},
): Observable<void> =>
  defer(() => {
    const run = String(run_id);
    const owner = crypto.randomUUID();
    let first = begun;
    let isFirst = true;
    let failures = 0; // in a row, without an event between them
    let wait: number | undefined; // until the office is asked for again; never, when the log is closed

    let ended = false; // the turn that was pumped last
    let reached = 0; // where the log is, if it has all of that
    /** A stream may tell the next turn as well. */
    const note = (event: RunEvent): void => {
      failures = 0;
      reached += 1;
      const wasEnded = ended;
      ended = hasEnded(ended, event);
      if (!wasEnded || ended) return;
      const next = turns.shift();
      if (next === undefined) return;
      next.isTold = true;
      next.begun?.leave();
    };

    const pumping = ({ at, reopened }: Extract<Acquired, { type: 'yours' }>): Pumping => {
      const prints = fingerprints();
      const told = history(log, run, at).pipe(tap(prints.add));
      // A reply's stream tells one turn: it goes on in a log that has all before it.
      const isNext = reopen === undefined ? at.pos === 0 : reopened;
      const isWhole = ended && at.pos === reached;
      const next = isWhole && turns[0]?.begun !== undefined ? turns.shift()?.begun : undefined;
      const stream = first === undefined ? next : isNext ? first : undefined;
      if (stream === undefined) first?.leave();
      else ended = false;
      first = undefined;
      reached = at.pos;
      if (stream === undefined)
        return { events: join(run_id, { user_id, ...(at.pos > 0 && { after: told }) }), prints };
      const events = concat(told.pipe(ignoreElements()), stream.events).pipe(
        finalize(stream.leave), // where what the log held could not be read
      );
      return { events, prints, isOver: () => isOver(run_id, { user_id }) };
    };

    const acquire = (): Promise<Acquired> => {
      const asked = log.acquire(run, owner, lease, isFirst ? { reopen } : {});
      isFirst = false;
      return asked;
    };
    const round = (): Observable<void> =>
      from(acquire()).pipe(
        concatMap((taken): Observable<void> => {
          if (taken.type === 'yours') {
            const { events, ...how } = pumping(taken);
            const heard = events.pipe(tap(note));
            const office = { log, run, owner, lease, taken };
            const pumped = pump(office, { events: heard, ...how }).pipe(
              tap(
                (how) => (wait = how === 'over' ? undefined : ended && turns[0]?.begun ? 0 : WAIT),
              ),
              ignoreElements(),
            );
            return concat(of(undefined), pumped);
          }
          first?.leave();
          first = undefined;
          wait = taken.type === 'held' ? taken.for + (Math.random() * lease) / 4 : undefined;
          return of(undefined);
        }),
      );

    return defer(round).pipe(
      repeat({ delay: () => (wait === undefined ? EMPTY : timer(wait)) }),
      finalize(() => release(run, owner)),
      retry({
        delay: (error: unknown) =>
          isPassing(error) && ++failures <= TRIES
            ? timer(WAIT * 2 ** failures)
            : throwError(() => error),
      }),
      finalize(() => first?.leave()),
    );
  });
