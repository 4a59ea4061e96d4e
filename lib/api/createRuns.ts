import * as t from 'io-ts';
import { concatMap, defer, from, ignoreElements, map, type Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import { body } from '../http/body';
import { path } from '../http/path';
import type { Request } from '../http/Request';
import { textOnly } from '../operators/textOnly';
import { AbortOptions } from './AbortOptions';
import { Answered } from './Answered';
import type { Api } from './Api';
import { ask } from './ask';
import { cancelRun } from './cancelRun';
import { check, type Parameters } from './check';
import { CreateParams } from './CreateParams';
import { join } from './join';
import { json } from './json';
import { ListParams } from './ListParams';
import { pageOf } from './pageOf';
import { pages } from './pages';
import { parameter } from './parameter';
import { PermissionModeChange } from './PermissionModeChange';
import { PermissionRequest } from './PermissionRequest';
import { poll, PollOptions } from './poll';
import { recordOf } from './recordOf';
import { ReplyParams } from './ReplyParams';
import { Run } from './Run';
import { RunCheck } from './RunCheck';
import { RunFile } from './RunFile';
import { RunMessage } from './RunMessage';
import { RunOutcome } from './RunOutcome';
import type { Answer, Approval, MessagesOptions, RetryRunOptions, Runs } from './Runs';
import { Share } from './Share';
import { start } from './start';
import { streamed } from './streamed';
import { StreamOptions } from './StreamOptions';
import { UserOptions } from './UserOptions';
import { wait, WaitOptions } from './wait';

const { id, text, flag, count, limit, object, oneOf } = parameter;

const RetryRunOptions: Parameters<RetryRunOptions> = {
  ...AbortOptions,
  confirm: flag,
  use_credits: flag,
};
const MessagesOptions: Parameters<MessagesOptions> = {
  ...AbortOptions,
  after_sequence: count,
  limit,
};
const Approval: Parameters<Approval> = {
  request_id: text,
  decision: oneOf('allow', 'deny'),
  remember: flag,
  reason: text,
};
const Answer: Parameters<Answer> = { answers: object, request_id: text };

const get = (path: string, query: Request['query'] = {}): Request => ({
  method: 'GET',
  path,
  query,
  accept: ['application/json'],
  repeatable: true,
});

/** "Any other POST or PATCH is not [idempotent], whatever headers it carries." [wire §2] */
const post = (path: string, body: object = {}, query: Request['query'] = {}): Request => ({
  method: 'POST',
  path,
  query,
  body: json(body),
  accept: ['application/json'],
  repeatable: false,
});

const run = (runId: number): { readonly runId: number } => {
  if (!id.is(runId)) throw new InvalidArgumentError('runId', `must be ${id.name}`);
  return { runId };
};

/** The routes of runs, a line each. [wire §1 Routes] */
export const createRuns = (api: Api): Runs => {
  const { send } = api;

  const one = <A>(
    codec: t.Type<A, unknown>,
    { signal }: AbortOptions,
    request: () => Request,
  ): Observable<A> => ask(send, request, codec).pipe(abortable(signal));

  const items = <A>(
    codec: t.Type<A, unknown>,
    options: AbortOptions,
    request: () => Request,
  ): Observable<A> =>
    one(t.readonlyArray(codec), options, request).pipe(concatMap((list) => from(list)));

  /** Bytes, or none: for answers that are no JSON. */
  const bytes = ({ signal }: AbortOptions, request: () => Request): Observable<Uint8Array> =>
    defer(() => send(request())).pipe(concatMap(body), abortable(signal));

  const user = (options: UserOptions): Request['query'] => ({
    user_id: check(UserOptions, options).user_id,
  });

  const getRun = (runId: number, options: UserOptions = {}): Observable<Run> =>
    one(Run, options, () => get(path`/runs/${run(runId)}`, user(options)));

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
          open: () => joined().pipe(map((response) => ({ response }))),
          join: joined,
          record: () => recordOf(send, run_id, user_id),
          turn: 'first',
        },
        () => cancelRun(send, run_id, user_id),
        options,
      );
    });

  const waitFor = (runId: number, options: WaitOptions = {}): Observable<Run> =>
    defer(() => {
      const { user_id, signal } = check(WaitOptions, options);
      return getRun(runId, { user_id }).pipe(wait(runs, options), abortable(signal));
    });

  const runs: Runs = {
    create,
    reply,
    stream,
    streamText: (params, options) => create({ ...params, stream: true }, options).pipe(textOnly()),
    poll: (runId, options = {}) =>
      defer(() => {
        const { user_id, signal } = check(PollOptions, options);
        return getRun(runId, { user_id }).pipe(poll(options), abortable(signal));
      }),
    wait: waitFor,
    createAndWait: (params, { idempotencyKey, ...options } = {}) =>
      create({ ...params, stream: false }, { idempotencyKey, signal: options.signal }).pipe(
        concatMap(({ id }) => waitFor(id, { user_id: params.user_id, ...options })),
      ),
    replyAndWait: (runId, params, { idempotencyKey, ...options } = {}) =>
      reply(runId, { ...params, stream: false }, { idempotencyKey, signal: options.signal }).pipe(
        concatMap(({ id }) => waitFor(id, options)),
      ),
    get: getRun,
    list: (params = {}, { signal } = {}) =>
      defer(() => {
        const { starting_after: first, ...filters } = check(ListParams, params);
        return pages(
          (starting_after) =>
            ask(send, () => get('/runs/', { ...filters, starting_after }), pageOf(Run)),
          first,
        );
      }).pipe(abortable(signal)),
    cancel: (runId, options = {}) =>
      one(Run, options, () => post(path`/runs/${run(runId)}/cancel`, {}, user(options))),
    retry: (runId, options = {}) =>
      one(Run, options, () => {
        const { confirm, use_credits } = check(RetryRunOptions, options);
        return post(path`/runs/${run(runId)}/retry`, {}, { confirm, use_credits });
      }),
    archive: (runId, options = {}) =>
      one(Run, options, () => post(path`/runs/${run(runId)}/archive`)),
    view: (runId, options = {}) =>
      one(Run, options, () => post(path`/runs/${run(runId)}/view`, {}, user(options))),
    outcome: (runId, options = {}) =>
      one(RunOutcome, options, () => get(path`/runs/${run(runId)}/outcome`)),
    messages: (runId, options = {}) =>
      items(RunMessage, options, () => {
        const { after_sequence, limit } = check(MessagesOptions, options);
        return get(path`/runs/${run(runId)}/messages`, { after_sequence, limit });
      }),
    check: (options = {}) => one(RunCheck, options, () => get('/runs/check', user(options))),
    permissions: (runId, options = {}) =>
      items(PermissionRequest, options, () => get(path`/runs/${run(runId)}/permissions`)),
    approve: (runId, approval, options = {}) =>
      one(PermissionRequest, options, () => {
        const { remember = false, ...rest } = check(Approval, approval, ['request_id', 'decision']);
        return post(path`/runs/${run(runId)}/approve`, { ...rest, remember });
      }),
    answer: (runId, answer, options = {}) =>
      one(Answered, options, () =>
        post(path`/runs/${run(runId)}/answer`, check(Answer, answer, ['answers'])),
      ),
    updatePermissionMode: (runId, permission_mode, options = {}) =>
      one(PermissionModeChange, options, () => {
        const mode = check({ permission_mode: CreateParams.permission_mode }, { permission_mode }, [
          'permission_mode',
        ]);
        return { ...post(path`/runs/${run(runId)}/permission-mode`, mode), method: 'PATCH' };
      }),
    files: (runId, options = {}) =>
      items(RunFile, options, () => get(path`/runs/${run(runId)}/files`)),
    downloadFile: (runId, name, options = {}) =>
      bytes(options, () => ({
        ...get(path`/runs/${run(runId)}/files/${{ name }}/download`),
        accept: ['*/*'],
      })),
    share: (runId, options = {}) =>
      one(Share, options, () => post(path`/runs/${run(runId)}/share`)),
    unshare: (runId, options = {}) =>
      bytes(options, () => ({
        ...get(path`/runs/${run(runId)}/share`),
        method: 'DELETE',
        accept: [],
      })).pipe(ignoreElements()),
  };
  return runs;
};
