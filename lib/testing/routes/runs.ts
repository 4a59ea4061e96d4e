import { bytesAnswer, emptyAnswer, jsonAnswer, refusal, sizeOf } from '../answers';
import type { Handler, Route } from '../Call';
import { now } from '../clock';
import type { RunRecord } from '../records';
import { change, executing } from '../runs/HeldRun';
import { stop } from '../runs/turns';
import type { Account } from '../World';
import { catalog } from './checked';
import { findRun, idOf } from './owned';
import { page } from './page';

/** "Archived runs leave the default list and stay readable by id." [wire §7] */
const listRuns: Handler = ({ account, query }) => {
  const status = query.get('status');
  if (status !== null && !catalog.statuses.some((known) => known === status)) {
    throw refusal(422, `status: must be one of ${catalog.statuses.join(', ')}`);
  }
  const wanted = (run: RunRecord): boolean => {
    if (status === 'archived') return run.archived_at !== null;
    return run.archived_at === null && (status === null || run.status === status);
  };
  return page(scoped(account, query).filter(wanted), query);
};

/** Has anything changed? [wire §4 RunCheck] */
const checkRuns: Handler = ({ account, query }) => {
  const runs = scoped(account, query).filter(({ archived_at }) => archived_at === null);
  const changes = runs.map(({ updated_at }) => updated_at).sort();
  return jsonAnswer({
    total_count: runs.length,
    latest_run_id: runs.at(-1)?.id ?? null,
    awaiting_count: runs.filter(({ status }) => status === 'awaiting_approval').length,
    latest_change_at: changes.at(-1) ?? null,
  });
};

/** How a run came out. [wire §4 RunOutcome] */
const outcome: Handler = (call) => {
  const { record, messages } = findRun(call);
  const { usage, output, status } = record;
  return jsonAnswer({
    run_id: record.id,
    status,
    summary: output,
    headline: output?.split('\n')[0]?.slice(0, 80) ?? null,
    needs_reply: status === 'awaiting_approval',
    output_data: record.output_data,
    message_count: messages.length,
    input_tokens: usage?.input_tokens ?? null,
    output_tokens: usage?.output_tokens ?? null,
    total_tokens: usage?.total_tokens ?? null,
    cost_usd: usage?.cost_usd ?? null,
  });
};

/** "A bare array." [wire §1] */
const messages: Handler = (call) => {
  const { messages } = findRun(call);
  const after = idOf(call.query.get('after_sequence') ?? '0');
  const limit = idOf(call.query.get('limit') ?? '500');
  return jsonAnswer(messages.filter(({ sequence }) => sequence > after).slice(0, limit));
};

/** "`cancel` on a run that has ended: 409." [wire §7] */
const cancelRun: Handler = (call) => {
  const held = findRun(call);
  if (executing(held)?.ended !== false) throw refusal(409, 'The run has ended', 'run_not_active');
  stop(held, { type: 'cancelled' });
  return jsonAnswer(held.record);
};

/** "`share` is idempotent; `unshare` makes the next share a new link." [wire §7] */
const share: Handler = (call) => {
  const held = findRun(call);
  const { world } = call;
  held.share_token ??= world.token('share');
  const { share_token } = held;
  return jsonAnswer({ share_token, share_url: `${world.origin}/share/${share_token}` });
};

/** An account's runs, or only a teammate's, a task's, a user's. */
const scoped = (account: Account, query: URLSearchParams): readonly RunRecord[] => {
  const of = (name: 'teammate_id' | 'task_id'): ((run: RunRecord) => boolean) => {
    const text = query.get(name);
    return text === null ? () => true : (run) => run[name] === idOf(text);
  };
  const user_id = query.get('user_id');
  return [...account.runs.values()]
    .map(({ record }) => record)
    .filter(of('teammate_id'))
    .filter(of('task_id'))
    .filter((run) => user_id === null || run.user_id === user_id);
};

const RUN = '/runs/{run_id}';

/** What a run is, has and leaves behind. [wire §1 Routes] */
export const runRoutes = {
  list: { method: 'GET', path: '/runs/', handle: listRuns },
  check: { method: 'GET', path: '/runs/check', handle: checkRuns },
  get: { method: 'GET', path: RUN, handle: (call) => jsonAnswer(findRun(call).record) },
  cancel: { method: 'POST', path: `${RUN}/cancel`, handle: cancelRun },
  archive: {
    method: 'POST',
    path: `${RUN}/archive`,
    handle: (call) => {
      const held = findRun(call);
      if (held.record.archived_at === null) change(held, { archived_at: now() });
      return jsonAnswer(held.record);
    },
  },
  view: {
    method: 'POST',
    path: `${RUN}/view`,
    handle: (call) => {
      const held = findRun(call);
      held.record = { ...held.record, last_viewed_at: now() };
      return jsonAnswer(held.record);
    },
  },
  outcome: { method: 'GET', path: `${RUN}/outcome`, handle: outcome },
  messages: { method: 'GET', path: `${RUN}/messages`, handle: messages },
  files: {
    method: 'GET',
    path: `${RUN}/files`,
    handle: (call) =>
      jsonAnswer(
        [...findRun(call).files.values()].map(({ name, bytes }) => ({ name, size: sizeOf(bytes) })),
      ),
  },
  download: {
    method: 'GET',
    path: `${RUN}/files/{name}/download`,
    handle: (call) => {
      const file = findRun(call).files.get(call.params['name'] ?? '');
      if (file === undefined) throw refusal(404, 'File not found', 'file_not_found');
      return bytesAnswer(file.bytes, file.type);
    },
  },
  share: { method: 'POST', path: `${RUN}/share`, handle: share },
  unshare: {
    method: 'DELETE',
    path: `${RUN}/share`,
    handle: (call) => {
      findRun(call).share_token = undefined;
      return emptyAnswer;
    },
  },
} as const satisfies { readonly [name: string]: Route };
