// In the page. A run goes on when the page is reloaded or closed, and ends only when it is stopped.

import { accumulate, createClient, type RunEvent, type RunResult } from 'm8tes-rx';
import { EMPTY, finalize, tap, type Observable } from 'rxjs';

const client = createClient({ relay: '/m8tes' }); // no key: the page's cookie says who it is

const remembered = (): number => Number(sessionStorage.getItem('run'));
const remember = (event: RunEvent): void => {
  const run_id = event.type === 'metadata' && event.payload.run_id;
  if (run_id) sessionStorage.setItem('run', String(run_id));
};

/** Asks: the answer so far, again and again. */
export const ask = (message: string): Observable<RunResult> =>
  client.runs.create({ message }).pipe(tap(remember), accumulate());

/** After a reload: the run that was being watched, from its beginning; also when it is over by now. */
export const again = (): Observable<RunResult> =>
  remembered() ? client.runs.join(remembered()).pipe(accumulate()) : EMPTY;

/** The stop button. Leaving is another thing: unsubscribing lets the run go on. */
export const stop = () =>
  client.runs.cancel(remembered()).pipe(finalize(() => sessionStorage.removeItem('run')));
