import { concatMap, defer, EMPTY, filter, map, of, take, throwError, type Observable } from 'rxjs';
import { DecodeError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import { mediaType } from '../http/body';
import type { Request } from '../http/Request';
import type { TransportResponse } from '../http/Transport';
import { connection } from '../stream/connection';
import type { Opened } from '../stream/Healing';
import { Tally } from '../stream/Tally';
import type { Turn } from '../stream/trim';
import { answer } from './answer';
import type { Api, Limits } from './Api';
import { check, type Parameters } from './check';
import { Run } from './objects';
import { CallOptions } from './options';
import { streamed } from './streamed';

/** A UUID. A page that came without TLS, as to a phone in the same house, has no `crypto.randomUUID`. */
const uuid = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40; // version 4: it is random
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** A route that starts a turn of a run. */
export interface Start<P> {
  readonly known: Parameters<P>;
  readonly required?: readonly (keyof P & string)[];
  readonly request: (params: P, idempotencyKey: string) => Request;
  /** Which turn of the run's history is this call's. */
  readonly turn: Turn;
}

/**
 * An Observable made now, for every subscriber the same; what went wrong in making it is each one's
 * error.
 *
 * A call that starts a run is prepared when it is called: its key and its body must be the same
 * however often it is subscribed to, or one call would be two runs.
 */
export const prepared = <A>(make: () => Observable<A>): Observable<A> => {
  try {
    return make();
  } catch (error) {
    return throwError(() => error);
  }
};

/**
 * Starts a turn: its events, or with `stream: false` the run to poll.
 *
 * The request, its key above all, is made when the call is made and not when it is subscribed to:
 * one call is one run, however often it is repeated.
 */
export const start = <
  P extends { readonly stream?: boolean | undefined; readonly user_id?: string | undefined },
>(
  api: Api,
  { known, required, request: requestOf, turn }: Start<P>,
  params: P,
  options: CallOptions,
): Observable<RunEvent | Run> =>
  prepared((): Observable<RunEvent | Run> => {
    const { idempotencyKey = uuid() } = check(CallOptions, options);
    const request = requestOf(check(known, params, required), idempotencyKey);
    const { stream = true, user_id } = params;
    if (!stream)
      return api.send(request).pipe(answer(api.limits, Run, request), abortable(options.signal));
    return defer(() => {
      let isSent = false;
      const sending = { ...request, onSend: () => void (isSent = true) };
      const open = (): Observable<Opened> =>
        api.send(sending).pipe(concatMap(opened(api.limits, request, turn)));
      // A run that nobody has heard of yet is asked for with its own key; one that was never sent is none.
      const runId = () => (isSent ? open().pipe(concatMap(runIdOf)) : EMPTY);
      return streamed(api, { open, turn, runId, user_id }, options);
    });
  });

/** Whose stream was opened. */
const runIdOf = (opening: Opened): Observable<number> =>
  'run_id' in opening
    ? of(opening.run_id)
    : connection(opening.response, Tally()).pipe(
        map((event) => (event.type === 'metadata' ? event.payload.run_id : undefined)),
        filter((run_id) => run_id !== undefined),
        take(1),
      );

/**
 * Where the events are. A repeat of a request is answered with its run "as JSON even when a stream
 * was asked for", and so is a reply that has to queue: then the run's stream is joined. [wire §2]
 */
const opened =
  (limits: Limits, request: Request, turn: Turn) =>
  (response: TransportResponse): Observable<Opened> => {
    if (mediaType(response) !== 'application/json') return of({ response });
    const replayed = response.headers.get('idempotent-replay') !== null;
    return of(response).pipe(
      answer(limits, Run, request),
      map(({ id, delivery }) => {
        if (delivery === 'queued') return { run_id: id, turn: 'next' };
        if (replayed) return { run_id: id, turn };
        throw new DecodeError(
          `${request.method} ${request.path} was answered with run ${id} as JSON where a stream was ` +
            `asked for; the run may be going on, and is billed: join it with runs.join(${id})`,
        );
      }),
    );
  };
