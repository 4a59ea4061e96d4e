import { accumulate, createClient, type Client, type RunEvent } from 'm8tes-rx';
import { catchError, defer, map, of, startWith, tap, type Observable } from 'rxjs';

/** Somebody who watches a run, and what they have seen of it by now. */
export interface Viewer {
  readonly name: string;
  readonly text: string;
  readonly run_id: number | undefined;
  /** How often their stream broke off, and healed itself. */
  readonly interruptions: number;
  /** Why they will see no more, where that is no ending. */
  readonly problem?: string;
}

/** A viewer with a client of their own, all the time; what goes wrong is the last that is told. */
export const viewer = (
  name: string,
  baseUrl: string,
  watch: (runs: Client['runs']) => Observable<RunEvent>,
): Observable<Viewer> =>
  defer(() => {
    let last: Viewer = { name, text: '', run_id: undefined, interruptions: 0 };
    let interruptions = 0;
    const { runs } = createClient({
      baseUrl,
      apiKey: 'm8_viewer',
      resume: { delay: 100 },
      timeouts: { linger: 100 },
      onConnection: ({ state }) => (interruptions += Number(state === 'interrupted')),
    });
    return watch(runs).pipe(
      accumulate(),
      map(({ text, run_id }): Viewer => ({ name, text, run_id, interruptions })),
      startWith(last),
      tap((seen) => (last = seen)),
      catchError((error: unknown) => of({ ...last, interruptions, problem: String(error) })),
    );
  });
