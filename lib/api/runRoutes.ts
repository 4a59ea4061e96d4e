import type { Api } from './Api';
import { calls } from './calls';
import { check } from './check';
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
import { MessagesOptions, RetryRunOptions, UserOptions } from './options';
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
  const { one, items, list, bytes, nothing } = calls(api);

  return {
    get: (runId, options = {}) =>
      one(Run, options, () => requests.get(runId, options.user_id), UserOptions),
    list: (params = {}, options = {}) =>
      list(Run, options, () => check(ListParams, params), requests.list),
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
    unshare: (runId, options = {}) => nothing(options, () => requests.unshare(runId)),
  };
};
