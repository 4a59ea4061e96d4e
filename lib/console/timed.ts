import type {
  CallOptions,
  Client,
  CreateParams,
  ReplyParams,
  Run,
  RunEvent,
  StreamOptions,
} from 'm8tes-rx';
import { defer, tap, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { timing, untimed, type Timing } from './timing';

type Runs = Client['runs'];

/** What a run took, and how old it is: milliseconds, all of them since it began. */
export interface Times extends Timing {
  readonly now: number;
}

/** A run, and its times so far. */
interface Clocked {
  /** When it began, by the clock that `timed` is given. */
  readonly begun: number;
  timing: Timing;
}

/** Of how many runs the times are known. */
const MOST_RUNS = 500;

/**
 * A client whose streams are clocked: when an event comes by, its time is noted. So a run has the
 * times that the server saw, whoever watches it, and from when on ever.
 *
 * @param now milliseconds, of whatever
 */
export const timed = (
  { runs }: Pick<Client, 'runs'>,
  now: () => number = () => performance.now(),
): {
  readonly client: Pick<Client, 'runs'>;
  /** Undefined for a run of which nothing came by. */
  readonly timesOf: (run_id: number) => Times | undefined;
} => {
  const known = new Map<number, Clocked>();

  const remember = (run_id: number, run: Clocked): void => {
    known.delete(run_id); // and it is the youngest
    known.set(run_id, run);
    if (known.size > MOST_RUNS) known.delete(known.keys().next().value!);
  };

  /** Notes when the events come of a stream: of a run that begins with it, unless one is named. */
  const clocked =
    (named?: number, goesOn = false): MonoTypeOperatorFunction<RunEvent> =>
    (events) =>
      defer(() => {
        let run_id = named;
        const before = goesOn && run_id !== undefined ? known.get(run_id) : undefined;
        const run: Clocked = before ?? { begun: now(), timing: untimed };
        if (run_id !== undefined) remember(run_id, run);
        return events.pipe(
          tap((event) => {
            run.timing = timing(run.timing, event, now() - run.begun);
            if (run_id !== undefined || event.type !== 'metadata') return;
            run_id = event.payload.run_id;
            if (run_id !== undefined) remember(run_id, run);
          }),
        );
      });

  const create = (params: CreateParams, options?: CallOptions): Observable<RunEvent | Run> =>
    params.stream === false
      ? runs.create(params, options)
      : runs.create({ ...params, stream: true }, options).pipe(clocked());

  const reply = (
    run_id: number,
    params: ReplyParams,
    options?: CallOptions,
  ): Observable<RunEvent | Run> =>
    params.stream === false
      ? runs.reply(run_id, params, options)
      : runs.reply(run_id, { ...params, stream: true }, options).pipe(clocked(run_id, true));

  // Without events that it goes on from, a run is told from its beginning: again, if it was before.
  const join = (run_id: number, options: StreamOptions = {}): Observable<RunEvent> =>
    runs.join(run_id, options).pipe(clocked(run_id, options.after !== undefined));

  return {
    client: {
      runs: { ...runs, create: create as Runs['create'], reply: reply as Runs['reply'], join },
    },
    timesOf: (run_id) => {
      const run = known.get(run_id);
      return run && { ...run.timing, now: now() - run.begun };
    },
  };
};
