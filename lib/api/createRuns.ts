import { concatAll, concatMap, defer, EMPTY, map, of, type Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import { textOnly } from '../operators/textOnly';
import { ask } from './answer';
import type { Api } from './Api';
import { check } from './check';
import { Run } from './objects';
import {
  PollOptions,
  StartAndWaitOptions,
  StreamOptions,
  WaitOptions,
  type CallOptions,
} from './options';
import { CreateParams, ReplyParams } from './params';
import { poll } from './poll';
import { requests } from './requests';
import { runRoutes } from './runRoutes';
import type { Runs } from './Runs';
import { prepared, start } from './start';
import { streamed } from './streamed';
import { wait } from './wait';

/** Runs: the calls that stream, and those that wait; the rest are single routes. */
export const createRuns = (api: Api): Runs => {
  const routes = runRoutes(api);

  const create = ((params: CreateParams, options: CallOptions = {}) =>
    start(
      api,
      { known: CreateParams, required: ['message'], request: requests.create, turn: 'first' },
      params,
      options,
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
      const { user_id } = check(StreamOptions, options);
      let isSent = false;
      const request = {
        ...requests.join(runId, user_id),
        onSend: () => void (isSent = true),
      };
      return streamed(
        api,
        {
          open: () => api.send(request).pipe(map((response) => ({ response, joined: runId }))),
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

  const waitFor = (runId: number, { user_id, signal, ...options }: WaitOptions): Observable<Run> =>
    read(runId, user_id).pipe(wait(routes, runId, options), abortable(signal));

  /** How the run is waited for is checked before it is started: it is billed. */
  const startAndWait = (
    begin: (options: CallOptions) => Observable<Run>,
    options: StartAndWaitOptions,
    user_id?: string,
  ): Observable<Run> =>
    prepared(() => {
      const { idempotencyKey, ...waiting } = check(StartAndWaitOptions, options);
      const started = begin({ idempotencyKey, signal: waiting.signal });
      return started.pipe(
        concatMap(({ id }) => waitFor(id, { ...waiting, user_id: waiting.user_id ?? user_id })),
      );
    }).pipe(concatAll());

  return {
    create,
    reply,
    join,
    stream: join,
    streamText: (params, options) => create({ ...params, stream: true }, options).pipe(textOnly()),
    poll: (runId, options = {}) =>
      defer(() => {
        const { user_id, signal } = check(PollOptions, options);
        return read(runId, user_id).pipe(poll(options), abortable(signal));
      }),
    wait: (runId, options = {}) => defer(() => waitFor(runId, check(WaitOptions, options))),
    createAndWait: (params, options = {}) => {
      const quiet = { ...params, stream: false } as const;
      return startAndWait((how) => create(quiet, how), options, quiet.user_id);
    },
    replyAndWait: (runId, params, options = {}) =>
      startAndWait((how) => reply(runId, { ...params, stream: false }, how), options),
    ...routes,
  };
};
