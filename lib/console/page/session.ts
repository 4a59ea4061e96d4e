import {
  ApiError,
  type Client,
  type ConnectionState,
  type PermissionMode,
  type Run,
  type RunEvent,
} from 'm8tes-rx';
import {
  BehaviorSubject,
  catchError,
  combineLatest,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  map,
  merge,
  of,
  shareReplay,
  startWith,
  Subject,
  switchMap,
  take,
  tap,
  throttleTime,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { asking, nothingAsked, type Asked } from './asking';
import { clockOf, eventsOf, messagesOf, type Clock } from './kept';
import { story, type Told } from './story';

/** A run that is looked at: one that there is, or one that begins with a message. */
export type Opening =
  { readonly run_id: number } | { readonly message: string; readonly run$: Observable<RunEvent> };

/** What is known of the run that is looked at. */
export interface Session {
  readonly run_id: number | undefined;
  readonly told: Told | undefined;
  readonly asked: Asked;
  readonly clock: Clock | undefined;
  readonly connection: ConnectionState | undefined;
  /** What people said to it, turn by turn; empty where nobody knows. */
  readonly messages: readonly string[];
  /** Whether a turn is being read. */
  readonly isReading: boolean;
  /** Why it was not read to its end. */
  readonly trouble: unknown;
}

const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && error.kind === 'conflict';

/** The stream of a run; of one that is over, and whose log is gone, what its record says. */
const join = ({ runs }: Client, run_id: number): Observable<RunEvent> =>
  runs
    .join(run_id)
    .pipe(
      catchError((error: unknown) =>
        isConflict(error) ? runs.get(run_id).pipe(concatMap(eventsOf)) : throwError(() => error),
      ),
    );

/** A run to begin. It is one, however often it is opened: one call is one run. */
export const beginning = (
  { runs }: Client,
  message: string,
  permission_mode: PermissionMode,
): Opening => ({
  message,
  run$: runs.create({
    message,
    permission_mode,
    human_in_the_loop: permission_mode !== 'autonomous',
    metadata: { title: message.trim().split('\n', 1)[0]!.slice(0, 80) }, // for the list
  }),
});

/**
 * A run as it is looked at: all that a page shows of it is computed from here. One stream is read,
 * turn after turn; what it tells says when to look at what the server keeps beside it.
 */
export const session = (client: Client, opening: Opening, records$: Observable<readonly Run[]>) => {
  const { runs } = client;
  const events: RunEvent[] = []; // for who goes on after them
  let turnsTold = 0;
  const turns = new Subject<Observable<RunEvent>>();
  const again = new Subject<void>();
  const messages = new BehaviorSubject('message' in opening ? [opening.message] : []);
  const reading = new BehaviorSubject<Pick<Session, 'isReading' | 'trouble'>>({
    isReading: true,
    trouble: undefined,
  });
  const isIdle = (): boolean => !reading.value.isReading && reading.value.trouble === undefined;

  /** A turn, of which no error ends what else is shown. */
  const read = (turn: Observable<RunEvent>): Observable<RunEvent> =>
    defer(() => {
      let trouble: unknown;
      reading.next({ isReading: true, trouble });
      return turn.pipe(
        catchError((error: unknown) => {
          trouble = error;
          return EMPTY;
        }),
        finalize(() => reading.next({ isReading: false, trouble })),
      );
    });

  const told$ = turns.pipe(
    startWith('run_id' in opening ? join(client, opening.run_id) : opening.run$),
    concatMap(read),
    tap((event) => events.push(event)),
    story(),
    shareReplay({ bufferSize: 1, refCount: true }),
  );

  const run_id$ = told$.pipe(
    map(({ result }) => result.run_id),
    startWith('run_id' in opening ? opening.run_id : undefined),
    filter((run_id) => run_id !== undefined),
    take(1),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
  const ofRun = <A>(project: (run_id: number) => Observable<A>) => run_id$.pipe(switchMap(project));

  const connection$ = ofRun((run_id) =>
    client.connection$.pipe(
      filter((one) => one.run_id === run_id),
      tap(({ state }) => state === 'open' && again.next()),
    ),
  );
  const asked$ = ofRun((run_id) => asking(client, run_id, told$, again));

  /** Looked at whenever something has begun or ended, and every second while a tool works. */
  const clock$ = ofRun((run_id) =>
    told$.pipe(
      throttleTime(300, undefined, { leading: true, trailing: true }),
      map(({ isOver, result: { toolCalls } }) => {
        const open = isOver ? 0 : toolCalls.filter(({ completed }) => !completed).length;
        return { open, key: [isOver, toolCalls.length, open].join() };
      }),
      distinctUntilChanged((before, { key }) => before.key === key),
      switchMap(({ open }) => (open > 0 ? timer(0, 1_000) : of(0))),
      switchMap(() => clockOf(run_id)),
    ),
  );

  /** What was said to it elsewhere, or before this page was there. */
  const heard$ = ofRun((run_id) =>
    told$.pipe(
      map(({ blocks }) => blocks.filter(({ kind }) => kind === 'turn').length),
      distinctUntilChanged(),
      tap((count) => void (turnsTold = count)),
      filter((count) => count > messages.value.length),
      switchMap((count) =>
        messagesOf(run_id).pipe(
          map((all) => Array.from({ length: count }, (_, i) => messages.value[i] || all[i] || '')),
        ),
      ),
      tap((all) => messages.next(all)),
    ),
  );

  /** Somebody replied elsewhere: a run whose ending was told here has more to tell. */
  const resumed$ = ofRun((run_id) =>
    records$.pipe(
      map((records) => records.find(({ id }) => id === run_id)),
      filter((run) => run !== undefined && isIdle()),
      distinctUntilChanged((a, b) => a?.updated_at === b?.updated_at),
      exhaustMap(() => messagesOf(run_id)),
      filter((all) => all.length > turnsTold && isIdle()),
      tap(() => {
        const more = runs.join(run_id, { after: [...events] });
        turns.next(
          more.pipe(
            catchError((error: unknown) => (isConflict(error) ? EMPTY : throwError(() => error))),
          ),
        );
      }),
    ),
  );

  const session$: Observable<Session> = combineLatest({
    run_id: run_id$.pipe(startWith(undefined)),
    told: told$.pipe(startWith(undefined)),
    asked: asked$.pipe(startWith(nothingAsked)),
    clock: clock$.pipe(startWith(undefined)),
    connection: connection$.pipe(startWith(undefined)),
    messages,
    reading,
    aside: merge(heard$, resumed$).pipe(startWith(undefined)),
  }).pipe(map(({ reading, aside: _, ...rest }) => ({ ...reading, ...rest })));

  return {
    session$,
    /** Somebody decided something: the list of what is asked has changed. */
    lookAgain: () => again.next(),
    /** Goes on with the run. `onUnsent` when the message has not come to anything. */
    reply: (run_id: number, message: string, onUnsent: () => void) => {
      const before = messages.value;
      const told = events.length;
      messages.next([...before, message]);
      const turn = runs.reply(run_id, { message }).pipe(
        tap({
          error: () => {
            if (events.length > told) return;
            messages.next(before);
            onUnsent();
          },
        }),
      );
      turns.next(turn);
    },
  };
};
