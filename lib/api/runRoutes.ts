import * as t from 'io-ts';
import { concatMap, defer, from, ignoreElements, type Observable } from 'rxjs';
import { abortable } from '../http/abortable';
import { body } from '../http/body';
import type { Request } from '../http/Request';
import { watchdog } from '../stream/watchdog';
import { ask, stalled } from './answer';
import type { Api } from './Api';
import { check, type Parameters } from './check';
import {
  Answered,
  PermissionModeChange,
  PermissionRequest,
  Run,
  RunCheck,
  RunFile,
  RunMessage,
  RunOutcome,
  Share,
} from './objects';
import { AbortOptions, MessagesOptions, RetryRunOptions, UserOptions } from './options';
import { pageOf, pages } from './page';
import { Answer, Approval, ListParams, PermissionMode } from './params';
import { requests } from './requests';
import type { Runs } from './Runs';

/** The routes that ask once and answer once, a line each; the rest is in `createRuns`. */
export type RunRoutes = Omit<
  Runs,
  | ('create' | 'reply' | 'join' | 'stream' | 'streamText')
  | ('poll' | 'wait' | 'createAndWait' | 'replyAndWait')
>;

/** The routes of runs, a line each. [wire §1 Routes] */
export const runRoutes = (api: Pick<Api, 'send' | 'limits'>): RunRoutes => {
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
  ): Observable<A> => call(known, options, () => ask(api, request, codec));

  const items = <A>(
    codec: t.Type<A, unknown>,
    options: AbortOptions,
    request: () => Request,
    known?: Parameters<AbortOptions>,
  ): Observable<A> =>
    one(t.readonlyArray(codec), options, request, known).pipe(concatMap((list) => from(list)));

  /** Bytes, or none: for answers that are no JSON. */
  const bytes = (options: AbortOptions, request: () => Request): Observable<Uint8Array> =>
    call(AbortOptions, options, () => {
      const asked = request();
      const late = () => stalled(`${asked.method} ${asked.path}`, api.limits);
      return api
        .send(asked)
        .pipe(concatMap((response) => body(response).pipe(watchdog(api.limits.request, late))));
    });

  return {
    get: (runId, options = {}) =>
      one(Run, options, () => requests.get(runId, options.user_id), UserOptions),
    list: (params = {}, options = {}) =>
      call(AbortOptions, options, () => {
        const { starting_after: first, ...filters } = check(ListParams, params);
        const page = (next?: number | string) =>
          ask(api, () => requests.list(filters, next), pageOf(Run));
        return pages(page, first);
      }),
    cancel: (runId, options = {}) =>
      one(Run, options, () => requests.cancel(runId, options.user_id), UserOptions),
    retry: (runId, options = {}) =>
      one(Run, options, () => requests.retry(runId, options), RetryRunOptions),
    archive: (runId, options = {}) => one(Run, options, () => requests.archive(runId)),
    view: (runId, options = {}) =>
      one(Run, options, () => requests.view(runId, options.user_id), UserOptions),
    outcome: (runId, options = {}) => one(RunOutcome, options, () => requests.outcome(runId)),
    messages: (runId, options = {}) =>
      items(RunMessage, options, () => requests.messages(runId, options), MessagesOptions),
    check: (options = {}) =>
      one(RunCheck, options, () => requests.check(options.user_id), UserOptions),
    permissions: (runId, options = {}) =>
      items(PermissionRequest, options, () => requests.permissions(runId)),
    approve: (runId, approval, options = {}) =>
      one(PermissionRequest, options, () =>
        requests.approve(runId, check(Approval, approval, ['request_id', 'decision'])),
      ),
    answer: (runId, answer, options = {}) =>
      one(Answered, options, () => requests.answer(runId, check(Answer, answer, ['answers']))),
    updatePermissionMode: (runId, permission_mode, options = {}) =>
      one(PermissionModeChange, options, () => {
        check({ permission_mode: PermissionMode }, { permission_mode }, ['permission_mode']);
        return requests.updatePermissionMode(runId, permission_mode);
      }),
    files: (runId, options = {}) => items(RunFile, options, () => requests.files(runId)),
    downloadFile: (runId, name, options = {}) =>
      bytes(options, () => requests.downloadFile(runId, name)),
    share: (runId, options = {}) => one(Share, options, () => requests.share(runId)),
    unshare: (runId, options = {}) =>
      bytes(options, () => requests.unshare(runId)).pipe(ignoreElements()),
  };
};
