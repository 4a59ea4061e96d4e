import * as t from 'io-ts';
import { concatMap, defer, from, ignoreElements, type Observable } from 'rxjs';
import { abortable } from '../http/abortable';
import { body } from '../http/body';
import { path } from '../http/path';
import type { Request } from '../http/Request';
import { AbortOptions } from './AbortOptions';
import { Answered } from './Answered';
import type { Api } from './Api';
import { ask } from './ask';
import { check, type Parameters } from './check';
import { CreateParams } from './CreateParams';
import { get } from './get';
import { ListParams } from './ListParams';
import { pageOf } from './pageOf';
import { pages } from './pages';
import { parameter } from './parameter';
import { PermissionModeChange } from './PermissionModeChange';
import { PermissionRequest } from './PermissionRequest';
import { post } from './post';
import { Run } from './Run';
import { RunCheck } from './RunCheck';
import { RunFile } from './RunFile';
import { RunMessage } from './RunMessage';
import { RunOutcome } from './RunOutcome';
import type { Answer, Approval, MessagesOptions, RetryRunOptions, Runs } from './Runs';
import { runSegment as run } from './runSegment';
import { Share } from './Share';
import { UserOptions } from './UserOptions';

const { text, flag, count, limit, object, oneOf } = parameter;

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

/** The routes that ask once and answer once, a line each; the rest is in `createRuns`. */
export type RunRoutes = Omit<
  Runs,
  'create' | 'reply' | 'stream' | 'streamText' | 'poll' | 'wait' | 'createAndWait' | 'replyAndWait'
>;

/** The routes of runs, a line each. [wire §1 Routes] */
export const runRoutes = ({ send }: Pick<Api, 'send'>): RunRoutes => {
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

  return {
    get: (runId, options = {}) =>
      one(Run, options, () => get(path`/runs/${run(runId)}`, user(options))),
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
};
