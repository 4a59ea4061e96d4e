import * as t from 'io-ts';
import { concatMap, defer, from, ignoreElements, map, type Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { body } from '../http/body';
import { path } from '../http/path';
import type { Request } from '../http/Request';
import { textOnly } from '../operators/textOnly';
import { resume } from '../stream/resume';
import { Answered } from './Answered';
import type { Api } from './Api';
import { ask } from './ask';
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
import type { Answer, Approval, MessagesOptions, RetryOptions, Runs } from './Runs';
import { Share } from './Share';
import { start } from './start';
import { UserOptions } from './UserOptions';

const { id, text, flag, count, limit, object, oneOf } = parameter;

const RetryOptions: Parameters<RetryOptions> = { confirm: flag, use_credits: flag };
const MessagesOptions: Parameters<MessagesOptions> = { after_sequence: count, limit };
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

  const items = <A>(request: () => Request, codec: t.Type<A, unknown>): Observable<A> =>
    ask(send, request, t.readonlyArray(codec)).pipe(concatMap((list) => from(list)));

  const getRun = (runId: number, options: UserOptions = {}): Observable<Run> =>
    ask(send, () => get(path`/runs/${run(runId)}`, { ...check(UserOptions, options) }), Run);

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

  const stream = (runId: number, options: UserOptions = {}) =>
    defer(() => {
      const { runId: run_id } = run(runId);
      const { user_id } = check(UserOptions, options);
      return resume({
        ...api.streams,
        open: () => join(send, run_id, user_id).pipe(map((response) => ({ response }))),
        join: () => join(send, run_id, user_id),
        record: () => recordOf(send, run_id, user_id),
        turn: 'first',
      });
    });

  return {
    create,
    reply,
    stream,
    streamText: (params, options) => create({ ...params, stream: true }, options).pipe(textOnly()),
    poll: (runId, options = {}) =>
      defer(() => {
        const { user_id } = check(PollOptions, options);
        return getRun(runId, { user_id }).pipe(poll(options));
      }),
    get: getRun,
    list: (params = {}) =>
      defer(() => {
        const { starting_after: first, ...filters } = check(ListParams, params);
        return pages(
          (starting_after) =>
            ask(send, () => get('/runs/', { ...filters, starting_after }), pageOf(Run)),
          first,
        );
      }),
    cancel: (runId, options = {}) =>
      ask(send, () => post(path`/runs/${run(runId)}/cancel`, {}, { ...check(UserOptions, options) }), Run),
    retry: (runId, options = {}) =>
      ask(send, () => post(path`/runs/${run(runId)}/retry`, {}, { ...check(RetryOptions, options) }), Run),
    archive: (runId) => ask(send, () => post(path`/runs/${run(runId)}/archive`), Run),
    view: (runId, options = {}) =>
      ask(send, () => post(path`/runs/${run(runId)}/view`, {}, { ...check(UserOptions, options) }), Run),
    outcome: (runId) => ask(send, () => get(path`/runs/${run(runId)}/outcome`), RunOutcome),
    messages: (runId, options = {}) =>
      items(
        () => get(path`/runs/${run(runId)}/messages`, { ...check(MessagesOptions, options) }),
        RunMessage,
      ),
    check: (options = {}) =>
      ask(send, () => get('/runs/check', { ...check(UserOptions, options) }), RunCheck),
    permissions: (runId) => items(() => get(path`/runs/${run(runId)}/permissions`), PermissionRequest),
    approve: (runId, decision) =>
      ask(
        send,
        () => {
          const { remember = false, ...rest } = check(Approval, decision, ['request_id', 'decision']);
          return post(path`/runs/${run(runId)}/approve`, { ...rest, remember });
        },
        PermissionRequest,
      ),
    answer: (runId, answer) =>
      ask(
        send,
        () => post(path`/runs/${run(runId)}/answer`, check(Answer, answer, ['answers'])),
        Answered,
      ),
    updatePermissionMode: (runId, permission_mode) =>
      ask(
        send,
        () => ({
          ...post(
            path`/runs/${run(runId)}/permission-mode`,
            check({ permission_mode: CreateParams.permission_mode }, { permission_mode }, ['permission_mode']),
          ),
          method: 'PATCH',
        }),
        PermissionModeChange,
      ),
    files: (runId) => items(() => get(path`/runs/${run(runId)}/files`), RunFile),
    downloadFile: (runId, name) =>
      defer(() =>
        send({ ...get(path`/runs/${run(runId)}/files/${{ name }}/download`), accept: ['*/*'] }),
      ).pipe(concatMap(body)),
    share: (runId) => ask(send, () => post(path`/runs/${run(runId)}/share`), Share),
    unshare: (runId) =>
      defer(() =>
        send({ ...get(path`/runs/${run(runId)}/share`), method: 'DELETE', accept: [] }),
      ).pipe(concatMap(body), ignoreElements()),
  };
};
