import {
  catchError,
  defer,
  EMPTY,
  from,
  identity,
  map,
  of,
  tap,
  throwError,
  type Observable,
} from 'rxjs';
import { InvalidArgumentError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import { failOnError } from '../operators/failOnError';
import { textOnly } from '../operators/textOnly';
import type { Opened } from '../stream/Healing';
import { ask } from './answer';
import type { Api } from './Api';
import { answered, asking, given, type Asking } from './structured';
import { check } from './check';
import { Run } from './objects';
import { PollOptions, StreamOptions, TextOptions, WaitOptions, type CallOptions } from './options';
import { CreateParams, ReplyParams } from './params';
import { poll } from './poll';
import { requests } from './requests';
import { runRoutes } from './runRoutes';
import type { Runs } from './Runs';
import { prepared, start } from './start';
import { startAndWait } from './startAndWait';
import { isConflict, streamed } from './streamed';
import { wait as answering } from './wait';

/** Refuses what is no event, or another run's: what is mixed in here would be missing there. */
const ofRun =
  (runId: number) =>
  (event: RunEvent): void => {
    if (typeof event?.type !== 'string') {
      throw new InvalidArgumentError('after', 'holds what is no event');
    }
    const { run_id = runId } = event.type === 'metadata' ? event.payload : {};
    if (run_id !== runId) throw new InvalidArgumentError('after', `holds events of run ${run_id}`);
  };

/** Runs: the calls that stream, and those that wait; the rest are single routes. */
export const createRuns = (api: Api): Runs => {
  const routes = runRoutes(api);

  const create = ((params: CreateParams & Partial<Asking<unknown>>, options: CallOptions = {}) =>
    asking(params, (sent, expected) =>
      start(
        api,
        { known: CreateParams, required: ['message'], request: requests.create, turn: 'first' },
        sent,
        options,
      ).pipe(expected === undefined ? identity : answered(api, expected, sent, options)),
    )) as Runs['create'];

  const reply = ((runId: number, params: ReplyParams, options: CallOptions = {}) =>
    start(
      api,
      {
        known: ReplyParams,
        required: ['message'],
        request: (params, key) => requests.reply(runId, params, key),
        turn: 'last',
      },
      params,
      options,
    )) as Runs['reply'];

  const join = (runId: number, options: StreamOptions = {}): Observable<RunEvent> =>
    defer(() => {
      const { user_id, after } = check(StreamOptions, options);
      let isSent = false;
      const request = {
        ...requests.join(runId, user_id),
        onSend: () => void (isSent = true),
      };
      return streamed(
        api,
        {
          after: after && from(after).pipe(tap(ofRun(runId))),
          open: () =>
            api.send(request).pipe(
              map((response): Opened => ({ response, joined: runId })),
              catchError((error: unknown) =>
                isConflict(error)
                  ? of({ run_id: runId, turn: 'first' as const, gone: error })
                  : throwError(() => error),
              ),
            ),
          turn: 'first',
          recorded: 'last', // a record tells no other turn
          runId: () => (isSent ? of(runId) : EMPTY),
          user_id,
        },
        options,
      );
    });

  const read = (runId: number, user_id?: string): Observable<Run> =>
    ask(api, () => requests.get(runId, user_id), Run);

  const wait: Runs['wait'] = (runId, options = {}) =>
    defer(() => {
      const { user_id, signal, ...how } = check(WaitOptions, options);
      return read(runId, user_id).pipe(answering(routes, runId, how), abortable(signal));
    });

  return {
    create,
    reply,
    join,
    stream: join,
    streamText: (params, options = {}) =>
      prepared(() => {
        const { failOnError: fails = true, ...how } = check(TextOptions, options);
        const run$ = create({ ...params, stream: true }, how);
        return run$.pipe(fails ? failOnError() : identity, textOnly());
      }),
    poll: (runId, options = {}) =>
      defer(() => {
        const { user_id, signal } = check(PollOptions, options);
        return read(runId, user_id).pipe(poll(options), abortable(signal));
      }),
    wait,
    createAndWait: (params: CreateParams & Partial<Asking<unknown>>, options = {}) =>
      asking(params, (sent, expected) => {
        const quiet = { ...sent, stream: false } as const;
        const run$ = startAndWait(wait, (how) => create(quiet, how), options, quiet.user_id);
        return run$.pipe(expected === undefined ? identity : given(expected));
      }),
    replyAndWait: (runId, params, options = {}) =>
      startAndWait(wait, (how) => reply(runId, { ...params, stream: false }, how), options),
    ...routes,
  };
};
