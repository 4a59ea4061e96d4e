import { concatAll, concatMap, defer, map, type Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import { path } from '../http/path';
import { textOnly } from '../operators/textOnly';
import type { Api } from './Api';
import { cancelRun } from './cancelRun';
import { CallOptions } from './CallOptions';
import { check, type Parameters } from './check';
import { CreateParams } from './CreateParams';
import { join } from './join';
import { poll } from './poll';
import { PollOptions } from './PollOptions';
import { prepared } from './prepared';
import { recordOf } from './recordOf';
import { ReplyParams } from './ReplyParams';
import type { Run } from './Run';
import { runRoutes } from './runRoutes';
import type { Runs } from './Runs';
import { runSegment as run } from './runSegment';
import { start } from './start';
import { streamed } from './streamed';
import { StreamOptions } from './StreamOptions';
import { wait } from './wait';
import { WaitOptions, type StartAndWaitOptions } from './WaitOptions';

const StartAndWaitOptions: Parameters<StartAndWaitOptions> = {
  ...WaitOptions,
  idempotencyKey: CallOptions.idempotencyKey,
};

/** Runs: the calls that stream, and those that wait; the rest are single routes. */
export const createRuns = (api: Api): Runs => {
  const { send } = api;
  const routes = runRoutes(api);

  const create = ((params: CreateParams, options = {}) =>
    start(
      api,
      () => ({
        path: '/runs/',
        pathWithFiles: '/runs/with-files',
        body: check(CreateParams, params, ['message']),
        turn: 'first',
      }),
      options,
    )) as Runs['create'];

  const reply = ((runId: number, params: ReplyParams, options = {}) =>
    start(
      api,
      () => ({
        path: path`/runs/${run(runId)}/reply`,
        pathWithFiles: path`/runs/${run(runId)}/reply/with-files`,
        body: { ...check(ReplyParams, params, ['message']), human_in_the_loop: false },
        turn: 'last',
      }),
      options,
    )) as Runs['reply'];

  const stream = (runId: number, options: StreamOptions = {}): Observable<RunEvent> =>
    defer(() => {
      const { runId: run_id } = run(runId);
      const { user_id } = check(StreamOptions, options);
      const joined = () => join(send, run_id, user_id);
      return streamed(
        api,
        {
          open: () => joined().pipe(map((response) => ({ response, joined: run_id }))),
          join: joined,
          record: () => recordOf(send, run_id, 'last', user_id), // a record tells no other turn
          turn: 'first',
        },
        () => cancelRun(send, run_id, user_id),
        options,
      );
    });

  const waitFor = (runId: number, options: WaitOptions = {}): Observable<Run> =>
    defer(() => {
      const { user_id, signal } = check(WaitOptions, options);
      return routes.get(runId, { user_id }).pipe(wait(routes, options), abortable(signal));
    });

  /** How the run is waited for is checked before it is started: it is billed. */
  const startAndWait = (
    begin: (options: CallOptions) => Observable<Run>,
    options: StartAndWaitOptions,
    user_id?: string,
  ): Observable<Run> =>
    prepared(() => {
      const { idempotencyKey, ...waiting } = check(StartAndWaitOptions, options);
      const started = begin({ idempotencyKey, signal: waiting.signal });
      return started.pipe(concatMap(({ id }) => waitFor(id, { user_id, ...waiting })));
    }).pipe(concatAll());

  return {
    create,
    reply,
    stream,
    streamText: (params, options) => create({ ...params, stream: true }, options).pipe(textOnly()),
    poll: (runId, options = {}) =>
      defer(() => {
        const { user_id, signal } = check(PollOptions, options);
        return routes.get(runId, { user_id }).pipe(poll(options), abortable(signal));
      }),
    wait: waitFor,
    createAndWait: (params, options = {}) => {
      const quiet = { ...params, stream: false } as const;
      return startAndWait((how) => create(quiet, how), options, quiet.user_id);
    },
    replyAndWait: (runId, params, options = {}) =>
      startAndWait((how) => reply(runId, { ...params, stream: false }, how), options),
    ...routes,
  };
};
