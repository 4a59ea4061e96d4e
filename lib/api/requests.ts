/** The request of each route of runs, spelt once. [wire §1 Routes] */
import { path } from '../http/path';
import type { Request } from '../http/Request';
import { named, segment } from './check';
import { json, multipart } from './multipart';
import type { MessagesOptions, RetryRunOptions } from './options';
import type { After } from './page';
import type {
  Answer,
  Approval,
  CreateParams,
  ListParams,
  PermissionMode,
  ReplyParams,
  TaskRunParams,
} from './params';
import { get, patch, post, remove } from './verbs';

/** What starts a turn of a run is idempotent, by its key. [wire §2] */
const start = (path: string, params: Partial<CreateParams>, idempotencyKey: string): Request => {
  const { files = [], stream = true, ...rest } = params;
  const payload = json({ ...rest, stream });
  const hasFiles = files.length > 0;
  return {
    method: 'POST',
    path: hasFiles ? `${path.replace(/\/$/, '')}/with-files` : path,
    body: hasFiles ? multipart(payload, files) : payload,
    accept: stream ? ['text/event-stream', 'application/json'] : ['application/json'],
    idempotencyKey,
    repeatable: true,
  };
};

const run = (runId: number): string => path`/runs/${segment({ runId })}`;

export const requests = {
  create: (params: CreateParams, idempotencyKey: string) =>
    start('/runs/', named(params), idempotencyKey),
  /** Always non-interactive. [wire §5] */
  reply: (runId: number, params: ReplyParams, idempotencyKey: string) =>
    start(`${run(runId)}/reply`, { ...params, human_in_the_loop: false }, idempotencyKey),
  taskRun: (taskId: number, params: TaskRunParams, idempotencyKey: string) =>
    start(path`/tasks/${segment({ taskId })}/runs`, named(params), idempotencyKey),

  /** The stream of a run that executes: its history so far, then live. */
  join: (runId: number, user_id?: string, lastEventId?: string): Request => ({
    ...get(`${run(runId)}/stream`, { user_id }),
    accept: ['text/event-stream'],
    lastEventId,
    repeatable: false, // a stream that cannot be joined is healed like one that broke: one mechanism
  }),

  get: (runId: number, user_id?: string) => get(run(runId), { user_id }),
  list: (filters: After<ListParams>) => get('/runs/', { ...named(filters) }),
  check: (user_id?: string) => get('/runs/check', { user_id }),
  cancel: (runId: number, user_id?: string) => post(`${run(runId)}/cancel`, {}, { user_id }),
  retry: (runId: number, { confirm, use_credits }: RetryRunOptions) =>
    post(`${run(runId)}/retry`, {}, { confirm, use_credits }),
  archive: (runId: number) => post(`${run(runId)}/archive`),
  view: (runId: number, user_id?: string) => post(`${run(runId)}/view`, {}, { user_id }),
  outcome: (runId: number) => get(`${run(runId)}/outcome`),
  messages: (runId: number, { after_sequence, limit }: MessagesOptions, user_id?: string) =>
    get(`${run(runId)}/messages`, { user_id, after_sequence, limit }),

  permissions: (runId: number) => get(`${run(runId)}/permissions`),
  approve: (runId: number, { remember = false, ...approval }: Approval) =>
    post(`${run(runId)}/approve`, { ...approval, remember }),
  answer: (runId: number, answer: Answer) => post(`${run(runId)}/answer`, answer),
  updatePermissionMode: (runId: number, permission_mode: PermissionMode) =>
    patch(`${run(runId)}/permission-mode`, { permission_mode }),

  files: (runId: number) => get(`${run(runId)}/files`),
  downloadFile: (runId: number, name: string): Request => ({
    ...get(`${run(runId)}${path`/files/${{ name }}/download`}`),
    accept: ['*/*'],
  }),
  share: (runId: number) => post(`${run(runId)}/share`),
  unshare: (runId: number) => remove(`${run(runId)}/share`),
} as const;
