import { concatMap, filter, map, of, take, type Observable } from 'rxjs';
import { DecodeError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import type { Request } from '../http/Request';
import { connection } from '../stream/connection';
import type { Opened } from '../stream/Healing';
import type { Turn } from '../stream/trim';
import { answer } from './answer';
import type { Api } from './Api';
import { CallOptions } from './CallOptions';
import { cancelRun } from './cancelRun';
import { check } from './check';
import { join } from './join';
import { json } from './json';
import { multipart } from './multipart';
import { prepared } from './prepared';
import { recordOf } from './recordOf';
import { Run } from './Run';
import { streamed } from './streamed';
import type { Upload } from './Upload';

/** A call that starts a turn of a run. */
export interface Start {
  readonly path: string;
  /** Where it goes when files go with it. */
  readonly pathWithFiles?: string;
  readonly body: {
    readonly stream?: boolean | undefined;
    readonly user_id?: string | undefined;
    readonly files?: readonly Upload[] | undefined;
  };
  /** Which turn of the run's history is this call's. */
  readonly turn: Turn;
}

const isJson = (response: Response): boolean =>
  /json/i.test(response.headers.get('content-type') ?? '');

/**
 * Starts a turn: its events, or with `stream: false` the run to poll.
 *
 * The request, its key above all, is made when the call is made and not when it is subscribed to:
 * one call is one run, however often it is repeated. Only run-creating POSTs come here, and those
 * are idempotent on the server. [wire §2]
 */
export const start = (
  api: Api,
  make: () => Start,
  options: CallOptions,
): Observable<RunEvent | Run> =>
  prepared(() => {
    check(CallOptions, options);
    const { path, pathWithFiles = path, body, turn } = make();
    const { files = [], stream = true, ...rest } = body;
    const payload = json({ ...rest, stream });
    const request: Request = {
      method: 'POST',
      path: files.length > 0 ? pathWithFiles : path,
      body: files.length > 0 ? multipart(payload, files) : payload,
      accept: stream ? ['text/event-stream', 'application/json'] : ['application/json'],
      idempotencyKey: options.idempotencyKey ?? crypto.randomUUID(),
      repeatable: true,
    };
    return { request, stream, turn, user_id: rest.user_id };
  }).pipe(
    concatMap(({ request, stream, turn, user_id }): Observable<RunEvent | Run> => {
      if (!stream) return api.send(request).pipe(answer(Run, request), abortable(options.signal));
      const open = (): Observable<Opened> =>
        api.send(request).pipe(concatMap(opened(request, turn)));
      return streamed(
        api,
        {
          open,
          join: (run_id) => join(api.send, run_id, user_id),
          record: (run_id) => recordOf(api.send, run_id, turn, user_id),
          turn,
        },
        (run_id) =>
          (run_id === undefined ? open().pipe(concatMap(runIdOf)) : of(run_id)).pipe(
            concatMap((run_id) => cancelRun(api.send, run_id, user_id)),
          ),
        options,
      );
    }),
  );

/** Whose stream was opened: a run nobody has heard of yet is asked for with its own key. */
const runIdOf = (opening: Opened): Observable<number> =>
  'run_id' in opening
    ? of(opening.run_id)
    : connection(opening.response).pipe(
        map((event) => (event.type === 'metadata' ? event.payload.run_id : undefined)),
        filter((run_id) => run_id !== undefined),
        take(1),
      );

/**
 * Where the events are. A repeat of a request is answered with its run "as JSON even when a stream
 * was asked for", and so is a reply that has to queue: then the run's stream is joined. [wire §2]
 */
const opened =
  (request: Request, turn: Turn) =>
  (response: Response): Observable<Opened> => {
    if (!isJson(response)) return of({ response });
    const replayed = response.headers.has('idempotent-replay');
    return of(response).pipe(
      answer(Run, request),
      map(({ id, delivery }) => {
        if (delivery === 'queued') return { run_id: id, turn: 'next' };
        if (replayed) return { run_id: id, turn };
        throw new DecodeError(
          `${request.method} ${request.path} was answered with JSON where a stream was asked for`,
        );
      }),
    );
  };
