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
  /** Options are checked as parameters are: `user_id` where there is none would go unheard. */
  const call = <A>(
    known: Parameters<AbortOptions>,
    options: AbortOptions,
    answers: () => Observable<A>,
  ): Observable<A> =>
    defer(() => {
      const { signal } = check(known, options);
      return answers().pipe(abortable(signal));
    });

  const one = <A>(
    codec: t.Type<A, unknown>,
    options: AbortOptions,
    request: () => Request,
    known: Parameters<AbortOptions> = AbortOptions,
  ): Observable<A> => call(known, options, () => ask(send, request, codec));

  const items = <A>(
    codec: t.Type<A, unknown>,
    options: AbortOptions,
    request: () => Request,
    known?: Parameters<AbortOptions>,
  ): Observable<A> =>
    one(t.readonlyArray(codec), options, request, known).pipe(concatMap((list) => from(list)));

  /** Bytes, or none: for answers that are no JSON. */
  const bytes = (options: AbortOptions, request: () => Request): Observable<Uint8Array> =>
    call(AbortOptions, options, () => send(request()).pipe(concatMap(body)));

  const user = ({ user_id }: UserOptions): Request['query'] => ({ user_id });

  return {
    get: (runId, options = {}) =>
      one(Run, options, () => get(path`/runs/${run(runId)}`, user(options)), UserOptions),
    list: (params = {}, options = {}) =>
      call(AbortOptions, options, () => {
        const { starting_after: first, ...filters } = check(ListParams, params);
        return pages(
          (starting_after) =>
            ask(send, () => get('/runs/', { ...filters, starting_after }), pageOf(Run)),
          first,
        );
      }),
    cancel: (runId, options = {}) =>
      one(
        Run,
        options,
        () => post(path`/runs/${run(runId)}/cancel`, {}, user(options)),
        UserOptions,
      ),
    retry: (runId, options = {}) =>
      one(
        Run,
        options,
        () => {
          const { confirm, use_credits } = options;
          return post(path`/runs/${run(runId)}/retry`, {}, { confirm, use_credits });
        },
        RetryRunOptions,
      ),
    archive: (runId, options = {}) =>
      one(Run, options, () => post(path`/runs/${run(runId)}/archive`)),
    view: (runId, options = {}) =>
      one(Run, options, () => post(path`/runs/${run(runId)}/view`, {}, user(options)), UserOptions),
    outcome: (runId, options = {}) =>
      one(RunOutcome, options, () => get(path`/runs/${run(runId)}/outcome`)),
    messages: (runId, options = {}) =>
      items(
        RunMessage,
        options,
        () => {
          const { after_sequence, limit } = options;
          return get(path`/runs/${run(runId)}/messages`, { after_sequence, limit });
        },
        MessagesOptions,
      ),
    check: (options = {}) =>
      one(RunCheck, options, () => get('/runs/check', user(options)), UserOptions),
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
