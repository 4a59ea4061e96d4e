import type { Run, RunEvent } from 'm8tes-rx';
import { catchError, filter, map, of, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import type { Timing } from '../timing';
import type { Times } from './tools';

/** What the console's own server tells of something; `otherwise` where it has forgotten. */
const told = <A>(path: string, otherwise: A): Observable<A> =>
  fromFetch(path, {
    selector: (response) =>
      response.ok ? (response.json() as Promise<A>) : Promise.resolve(otherwise),
  }).pipe(catchError(() => of(otherwise)));

/** What the console stands on, and what it suggests to try there. */
export interface About {
  readonly mode: 'local' | 'api';
  readonly version?: string;
  readonly samples?: readonly string[];
}

export const about = (): Observable<About> => told<About>('/console/about', { mode: 'api' });

/** When a run did what it did, as the server saw it. */
export interface Clock {
  readonly timing: Timing;
  readonly times: Times;
}

/** A run's times. Nothing comes where the server did not see the run. */
export const clockOf = (run_id: number): Observable<Clock> =>
  told<(Timing & { readonly now: number }) | undefined>(
    `/console/runs/${run_id}/times`,
    undefined,
  ).pipe(
    filter((seen) => seen !== undefined),
    map(({ now, ...timing }) => {
      const calls = new Map(timing.calls.map((call) => [call.toolCallId, call]));
      return { timing, times: { of: (id) => calls.get(id), now: timing.ended ?? now } };
    }),
  );

/** What people said to a run, turn by turn. */
export const messagesOf = (run_id: number): Observable<readonly string[]> =>
  told<readonly string[]>(`/console/runs/${run_id}/messages`, []);

/** A run's record as events: all that there is of a run that was over before anybody read it. */
export const eventsOf = ({
  id,
  status,
  output = '',
  error,
  error_code,
  usage,
}: Run): readonly RunEvent[] => [
  { type: 'metadata', payload: { run_id: id, ...(usage && { usage }) } },
  { type: 'text-delta', delta: output },
  status === 'failed'
    ? { type: 'sdk_error', error: error ?? 'The run failed.', ...(error_code && { error_code }) }
    : { type: status === 'cancelled' ? 'cancelled' : 'done' },
];
