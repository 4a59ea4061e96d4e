/** The request of each route, spelt once. [wire §1 Routes] */
import { InvalidArgumentError } from '../errors';
import { path } from '../http/path';
import type { Request } from '../http/Request';
import { segment } from './check';
import { json, multipart } from './multipart';
import type { MessagesOptions, RetryRunOptions } from './options';
import type {
  Answer,
  Approval,
  CreateParams,
  ListParams,
  PermissionMode,
  ReplyParams,
  TaskRunParams,
} from './params';

/** A question: safe to repeat. */
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

interface Agent {
  readonly teammate_id?: number | undefined;
  readonly agent_id?: number | undefined;
}

/** "Clients offer `agent_id` as another name of the parameter `teammate_id`; both, unequal, is an error." [wire] */
const named = <P extends Agent>({ agent_id, ...params }: P): Omit<P, 'agent_id'> => {
  const { teammate_id = agent_id } = params;
  if (agent_id !== undefined && agent_id !== teammate_id) {
    throw new InvalidArgumentError(
      'agent_id',
      'is another name of teammate_id, and names another one; give one of the two',
    );
  }
  return teammate_id === undefined ? params : { ...params, teammate_id };
};

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
  join: (runId: number, user_id?: string): Request => ({
    ...get(`${run(runId)}/stream`, { user_id }),
    accept: ['text/event-stream'],
    repeatable: false, // a stream that cannot be joined is healed like one that broke: one mechanism
  }),

  get: (runId: number, user_id?: string) => get(run(runId), { user_id }),
  list: (filters: Omit<ListParams, 'starting_after'>, starting_after?: number | string) =>
    get('/runs/', { ...named(filters), starting_after }),
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
  updatePermissionMode: (runId: number, permission_mode: PermissionMode): Request => ({
    ...post(`${run(runId)}/permission-mode`, { permission_mode }),
    method: 'PATCH',
  }),

  files: (runId: number) => get(`${run(runId)}/files`),
  downloadFile: (runId: number, name: string): Request => ({
    ...get(`${run(runId)}${path`/files/${{ name }}/download`}`),
    accept: ['*/*'],
  }),
  share: (runId: number) => post(`${run(runId)}/share`),
  unshare: (runId: number): Request => ({
    ...get(`${run(runId)}/share`),
    method: 'DELETE',
    accept: [],
  }),
} as const;
