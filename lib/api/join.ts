import type { Observable } from 'rxjs';
import { path } from '../http/path';
import type { Send } from '../http/Request';

/** Joins the stream of a run that executes: its history so far, then live. [wire §1 Routes] */
export const join = (send: Send, run_id: number, user_id?: string): Observable<Response> =>
  send({
    method: 'GET',
    path: path`/runs/${{ run_id }}/stream`,
    query: { user_id },
    accept: ['text/event-stream'],
    repeatable: false, // a stream that cannot be joined is healed like one that broke: one mechanism
  });
