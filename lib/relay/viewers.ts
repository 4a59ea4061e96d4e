import {
  concatMap,
  defer,
  finalize,
  ignoreElements,
  map,
  NEVER,
  noop,
  of,
  ReplaySubject,
  retry,
  share,
  shareReplay,
  Subscription,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { Mark } from '../log/RunLog';
import { begin, type Begun } from './begin';
import { attendances, type Attendance } from './attendances';
import type { Desk, Next, Whose } from './office';
import type { Cursor } from './cursor';
import { direct } from './direct';
import { resuming, type Resuming } from './resuming';
import { turnAfter } from './turn';
import { watch, type Told, type WatchOptions } from './watch';

/** A run that can be watched: to whoever subscribes, from wherever they wish. */
export interface Opened {
  /** Undefined of a run that ended before it said so. */
  readonly run_id: number | undefined;
  readonly told: (options?: WatchOptions) => Observable<Told>;
}

export interface ViewersOptions extends Omit<Desk, 'release'> {
  /** Milliseconds for which a run is pumped on when its last viewer has left. */
  readonly linger: number;
}

/** How a stream is begun. */
export interface Starting extends Whose {
  /** Reads it to its end, whoever watches. */
  readonly keep?: boolean | undefined;
}

/** Replies that are known by their key, so that a repeat finds its turn. */
const MOST_REPLIES = 1_000;

/** How often a reply's turn is looked for in a log that was closed before it came, and after how long. */
const TRIES = 5;
const WAIT = 200;

/** Runs that are watched in this process, each pumped here as long as somebody watches, if nowhere else. */
export const viewers = ({ linger, ...options }: ViewersOptions) => {
  const { log, join } = options;
  const released = new Set<Promise<void>>();
  const release = (run: string, owner: string): void => {
    const done = log.release(run, owner).catch(noop);
    released.add(done);
    void done.then(() => released.delete(done));
  };
  const desk: Desk = { ...options, release };
  const beginning = new Map<number, Observable<Opened>>();
  const replies = new Map<string, Observable<Opened>>();
  const all = new Subscription();
  const closing = new ReplaySubject<void>(1);
  all.add(() => closing.next());

  const { attend: attendance, follow, drop } = attendances(desk, linger, closing);

  /** A viewer of a run, who lets go of it when there is no more to tell. */
  const told = (
    run_id: number,
    present: Observable<void>,
    options?: WatchOptions,
  ): Observable<Told> =>
    present.pipe(
      take(1),
      concatMap(() => watch(log, String(run_id), options)),
      takeUntil(present.pipe(ignoreElements())),
      takeUntil(closing),
    );

  /** A stream that is told past any log, to one viewer; let go of where none comes for it. */
  const past = (begun: Begun): Opened => {
    all.add(timer(linger).pipe(finalize(begun.leave)).subscribe());
    return { run_id: begun.run_id, told: () => direct(begun.events).pipe(takeUntil(closing)) };
  };

  /**
   * Begins a stream, for as many as want to see it, and goes on with it whoever leaves meanwhile:
   * what was sent to the API is not taken back because a browser has gone.
   */
  const opened = (
    source: Observable<RunEvent>,
    how: Starting & { readonly run_id?: number; readonly reopen?: string; readonly next?: Next },
    tell = (run_id: number, options?: WatchOptions, _begun?: Begun): Observable<Told> =>
      told(run_id, attendance(run_id, { user_id: how.user_id }), options),
  ): Observable<Opened> =>
    begin(source, how.run_id).pipe(
      takeUntil(closing),
      map((begun) => {
        const { run_id } = begun;
        if (run_id === undefined) return past(begun);
        const { reopen, next, user_id, keep = false } = how;
        const present = attendance(run_id, { begun, reopen, next, user_id });
        const staying = present.pipe(takeUntil(keep ? NEVER : timer(linger)));
        // Whoever watches is told what goes wrong.
        all.add(staying.subscribe({ error: noop }));
        return { run_id, told: (options?: WatchOptions) => tell(run_id, options, begun) };
      }),
      share({
        connector: () => new ReplaySubject(1),
        resetOnRefCountZero: false,
        resetOnComplete: false,
      }),
    );

  const stat = (run_id: number) =>
    defer(() => log.stat(String(run_id))).pipe(retry({ count: TRIES, delay: WAIT }));

  /** A new run. */
  const start = (source: Observable<RunEvent>, how: Starting = {}): Observable<Opened> =>
    opened(source, how);

  /** A run that there is: out of its log, else out of the API, as long as it executes. */
  const existing = (run_id: number, { user_id, keep }: Starting = {}): Observable<Opened> =>
    stat(run_id).pipe(
      concatMap((log) => {
        if (log !== undefined && (log.at.pos > 0 || log.held > 0)) {
          return of({
            run_id,
            told: (options?: WatchOptions) =>
              told(run_id, attendance(run_id, { user_id }), options),
          });
        }
        const known = beginning.get(run_id);
        if (known !== undefined) return known;
        const source = join(run_id, { user_id }).pipe(finalize(() => beginning.delete(run_id)));
        const shared = opened(source, { run_id, user_id, keep });
        beginning.set(run_id, shared);
        return shared;
      }),
    );

  /** Reads a run to its end that was begun without a stream, whoever watches. */
  const stay = (run_id: number, whose?: Whose): void =>
    all.add(existing(run_id, { ...whose, keep: true }).subscribe({ error: noop }));

  /**
   * The turn of a reply. In a log that has all before it, the turn is the next that begins there;
   * where there is none, or none that takes more, it is told to whoever replied, and who comes later
   * joins the run. A reply that is repeated, by its key, is told again out of the log: a second time
   * in it, it would be another turn.
   */
  const reply = (
    run_id: number,
    source: Observable<RunEvent>,
    key: string,
    how: Starting = {},
  ): Observable<Opened> =>
    stat(run_id).pipe(
      concatMap((log): Observable<Opened> => {
        const hasEnded = log?.end === 'ended';
        const isShut = log?.end !== undefined && !hasEnded;
        if (log === undefined || isShut || (log.at.pos === 0 && log.held === 0)) {
          return begin(source, run_id).pipe(takeUntil(closing), map(past), shareReplay(1));
        }
        const known = replies.get(`${run_id} ${key}`);
        if (known !== undefined) return known;
        const next = follow(run_id);
        const replied = opened(
          source.pipe(tap({ error: () => drop(run_id, next) })),
          { ...how, run_id, next, reopen: key },
          (run_id, { ready } = {}, begun) =>
            turn(run_id, log.at, hasEnded, ready, { ...how, begun, next, reopen: key }),
        );
        replies.set(`${run_id} ${key}`, replied);
        if (replies.size > MOST_REPLIES) replies.delete(replies.keys().next().value!);
        return replied;
      }),
    );

  /** The turn after a mark, which may have begun after its log had been closed behind the last one. */
  const turn = (
    run_id: number,
    mark: Mark,
    hasEnded: boolean,
    ready: WatchOptions['ready'],
    how: Attendance,
  ): Observable<Told> =>
    defer(() => {
      let hasBegun = false; // from then on another try would tell it again
      const after = hasEnded ? mark : undefined;
      return defer(() => told(run_id, attendance(run_id, how), { after, ready })).pipe(
        turnAfter(mark.pos, hasEnded),
        tap(() => (hasBegun = true)),
        retry({
          count: TRIES,
          delay: (error: unknown) => (hasBegun ? throwError(() => error) : timer(WAIT)),
        }),
      );
    });

  /** Where a viewer goes on, and whether that is the end of a log that is closed. */
  const resumingAt = (run_id: number, cursor: Cursor | undefined): Observable<Resuming> =>
    cursor === undefined
      ? of(undefined)
      : stat(run_id).pipe(
          concatMap((stat) =>
            stat === undefined ? of(undefined) : resuming(log, String(run_id), stat, cursor),
          ),
        );

  /** Resolves when all offices are given up. */
  const close = async (): Promise<void> => {
    all.unsubscribe();
    await Promise.all(released);
  };
  return { start, existing, stay, reply, resuming: resumingAt, close };
};

export type Viewers = ReturnType<typeof viewers>;
