import { EMPTY, Subject, concat, defer, map, takeUntil, type Observable } from 'rxjs';
import { jsonAnswer, refusal, streamAnswer, type Answer } from '../answers';
import type { Call, Handler, Route } from '../Call';
import { now } from '../clock';
import { announce } from '../deliveries';
import type { Line } from '../Line';
import type { RunRecord, TaskRecord } from '../records';
import { change, executing, type HeldRun } from '../runs/HeldRun';
import { submit } from '../runs/turns';
import type { Account, World } from '../World';
import { checked, mode, type Body } from './checked';
import { findRun, sameUser } from './owned';
import { findTask, makeTask } from './tasks';
import { chooseTeammate } from './teammates';

/** "Runs stream by default"; an ad-hoc run gets a task of its own. [wire §7] */
const createRun: Handler = (call) => {
  const { account, world } = call;
  const body = checked(call.body, 'message');
  const message = body['message'] as string;
  mode(body); // refused before anything is made
  const teammate = chooseTeammate(account, world, body);
  const task = makeTask(
    account,
    world,
    teammate,
    { ...body, name: undefined, instructions: message },
    true,
  );
  return started(call, task, message, body);
};

/** "A run, like create." [wire §1] */
const runTask: Handler = (call) => {
  const task = findTask(call);
  const body = checked(call.body ?? {});
  sameUser('Task', task, body['user_id']);
  runnable(call.account, task);
  return started(call, task, task.instructions, body);
};

/** "Running an archived task: 400." [wire §7] */
export const runnable = ({ teammates }: Account, { status, teammate_id }: TaskRecord): void => {
  if (status === 'archived') throw refusal(400, 'The task is archived');
  const teammate = teammates.get(teammate_id)?.status;
  if (teammate !== 'enabled') throw refusal(400, `The teammate is ${teammate}`);
};

const started = (call: Call, task: TaskRecord, message: string, body: Body): Answer => {
  const held = startRun(call, task, message, body);
  const inbox = { email_address: `run-${held.record.id}@inbox.m8tes.local` };
  const fields = body['email_inbox'] === true ? inbox : {};
  return runAnswer(held, body['stream'] !== false, call.world, fields);
};

/**
 * Opens the same run again. While a turn is executing the reply is queued, and the answer is the
 * JSON run "even when a stream was asked for". [wire §2]
 */
const replyToRun: Handler = (call) => {
  const { world, files } = call;
  const held = findRun(call);
  const body = checked(call.body, 'message');
  if ('permission_mode' in body) mode(body);
  for (const file of files) held.files.set(file.name, file);
  const delivery = submit(held, body['message'] as string, world);
  const queued_message_id = delivery === 'queued' ? world.nextId('message') : null;
  change(held, { delivery, queued_message_id });
  const stream = body['stream'] !== false && delivery === 'resumed';
  return runAnswer(held, stream, world, { delivery, queued_message_id });
};

/** "Retry makes a NEW run." [wire §1] Only of one that failed or was cancelled. */
const retryRun: Handler = (call) => {
  const { account } = call;
  const { record, turns, output_schema } = findRun(call);
  if (!record.retryable) throw refusal(409, 'The run cannot be retried', 'run_not_retryable');
  const { id, retry_count, metadata, user_id, model, effort } = record;
  const task = account.tasks.get(record.task_id)!;
  runnable(account, task);
  const held = startRun(
    { ...call, files: [] },
    task,
    turns[0]!.message,
    {
      permission_mode: record.permission_mode,
      human_in_the_loop: record.human_in_the_loop,
      output_schema,
    },
    { retry_of_run_id: id, retry_count: retry_count + 1, metadata, user_id, model, effort },
  );
  return jsonAnswer(held.record);
};

/** "Replays the whole history so far, then live; 409 once the run no longer executes." [wire §1] */
const joinRun: Handler = (call) => {
  const held = findRun(call);
  if (executing(held) === undefined) {
    throw refusal(409, 'The run is not executing; read it instead', 'run_not_executing');
  }
  const first = call.world.history === 'whole' ? 0 : held.turns.length - 1;
  return runStream(held, follow(held, first), call.world);
};

/** A new run of a task: held by the account, and executing. */
export const startRun = (
  { account, world, files }: Pick<Call, 'account' | 'world' | 'files'>,
  task: TaskRecord,
  message: string,
  body: Body,
  origin: Partial<RunRecord> = {},
): HeldRun => {
  const { permission_mode, human_in_the_loop } = mode(body, task);
  const time = now();
  const id = world.nextId('run');
  /** By the run itself, else by its task, else by its teammate. */
  const set = (name: 'model' | 'effort'): string | null =>
    (body[name] as string | undefined) ??
    task[name] ??
    account.teammates.get(task.teammate_id)?.[name] ??
    null;
  const record: RunRecord = {
    id,
    teammate_id: task.teammate_id,
    task_id: task.id,
    status: 'running',
    output: null,
    output_data: null,
    error: null,
    error_code: null,
    stop_reason: null,
    user_id: (body['user_id'] as string | undefined) ?? task.user_id,
    metadata: (body['metadata'] as RunRecord['metadata'] | undefined) ?? null,
    permission_mode,
    human_in_the_loop,
    model: set('model'),
    effort: set('effort'),
    retryable: false,
    retry_blocked_reason: null,
    retry_of_run_id: null,
    retry_count: 0,
    usage: null,
    delivery: null,
    queued_message_id: null,
    closing_preview: null,
    created_at: time,
    updated_at: time,
    started_at: time,
    last_activity_at: time,
    last_viewed_at: null,
    archived_at: null,
    ...origin,
  };
  const held: HeldRun = {
    record,
    output_schema: body['output_schema'],
    turns: [],
    queue: [],
    gates: [],
    files: new Map(files.map((file) => [file.name, file])),
    messages: [],
    paused: new Subject(),
    cuts: new Subject(),
    tell: (event) => announce(account, world, event, held.record),
  };
  account.runs.set(id, held);
  submit(held, message, world);
  return held;
};

/** A run that was given a message: its stream or its record, and what a repeat of that will get. */
const runAnswer = (
  held: HeldRun,
  stream: boolean,
  world: World,
  fields: Partial<RunRecord> = {},
): Answer => ({
  ...(stream
    ? runStream(held, held.turns.at(-1)!.lines, world)
    : jsonAnswer({ ...held.record, ...fields })),
  made: { held, fields },
});

/** Events of a run, up to where this server hangs up. */
const runStream = (held: HeldRun, lines: Observable<Line>, { pauses }: World): Answer =>
  streamAnswer(
    (pauses === 'hang-up' ? lines.pipe(takeUntil(held.paused)) : lines).pipe(
      takeUntil(held.cuts.pipe(map(hangUp))),
    ),
  );

/** A script breaks off the connections to its run; another may be made at once. */
const hangUp = (how: 'reset' | 'end'): void => {
  if (how === 'reset') throw new Error('the socket is to be destroyed');
};

/** What a run says from a turn on: what it has said so far at once, then live, then its next turns. */
const follow = (held: HeldRun, index: number): Observable<Line> =>
  defer(() => {
    const turn = held.turns[index];
    return turn === undefined ? EMPTY : concat(turn.lines, follow(held, index + 1));
  });

const RUN = '/runs/{run_id}';

/** What begins a run, goes on with it, or streams it. Of the POSTs, all but `retry` are idempotent. [wire §2] */
export const startRoutes = {
  create: { method: 'POST', path: '/runs/', idempotent: true, handle: createRun },
  createWithFiles: {
    method: 'POST',
    path: '/runs/with-files',
    idempotent: true,
    handle: createRun,
  },
  reply: { method: 'POST', path: `${RUN}/reply`, idempotent: true, handle: replyToRun },
  replyWithFiles: {
    method: 'POST',
    path: `${RUN}/reply/with-files`,
    idempotent: true,
    handle: replyToRun,
  },
  join: { method: 'GET', path: `${RUN}/stream`, handle: joinRun },
  retry: { method: 'POST', path: `${RUN}/retry`, handle: retryRun },
  runTask: { method: 'POST', path: '/tasks/{task_id}/runs', idempotent: true, handle: runTask },
} as const satisfies { readonly [name: string]: Route };
