import type { TypeOf } from 'io-ts';
import type { Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { flag, list, needed, number, object, record, text } from '../events/record';
import { path } from '../http/path';
import type { Api } from './Api';
import { calls } from './calls';
import { check, parameter, type Parameters } from './check';
import { oneOf } from './objects';
import { UserOptions, type AbortOptions } from './options';
import { pageOrList } from './page';
import { get, patch, post, remove, scope } from './verbs';

const kinds = ['schedule', 'webhook', 'email', 'app'] as const;

/** What can start a task. */
export type TriggerType = (typeof kinds)[number];

/** What starts a task by itself. [wire §8] */
export const Trigger = record(
  {
    /** Text: `schedule_5`, `app_5`, `webhook`, `email`. */
    id: needed(text),
    type: oneOf<TriggerType>(),
    enabled: flag,
    cron: text,
    interval_seconds: number,
    run_at: text,
    timezone: text,
    /** When it starts the task next. */
    next_run: text,
    /** Of a webhook: where a POST starts the task. */
    url: text,
    /** Of an e-mail trigger: where a mail starts it. */
    address: text,
    allowed_senders: list(text),
    app: text,
    trigger_name: text,
    trigger_config: object,
  },
  'a trigger',
);
export interface Trigger extends TypeOf<typeof Trigger> {}

/** When a schedule starts its task: by one of the first three. */
interface Schedule {
  /** Five fields: minute, hour, day of month, month, day of week. `0 8 * * 1-5` is each weekday at 8. */
  readonly cron?: string | undefined;
  readonly interval_seconds?: number | undefined;
  /** Once, at this time: `2027-01-31T08:00:00Z`. */
  readonly run_at?: string | undefined;
  /** Where its clock stands, such as `America/New_York`. The server's default is UTC. */
  readonly timezone?: string | undefined;
}

const { text: name, id: whole, flag: toggle, texts, object: config } = parameter;

const Schedule: Parameters<Schedule> = {
  cron: name,
  interval_seconds: whole,
  run_at: name,
  timezone: name,
};

/** What a new trigger takes. */
export interface TriggerParams extends Schedule {
  readonly type: TriggerType;
  /** Of an e-mail trigger: whose mails start the task. */
  readonly allowed_senders?: readonly string[] | undefined;
  /** Of an app: which one, what happens in it, and how that is told apart. */
  readonly app?: string | undefined;
  readonly trigger_name?: string | undefined;
  readonly trigger_config?: { readonly [name: string]: unknown } | undefined;
  readonly user_id?: string | undefined;
}

export const TriggerParams: Parameters<TriggerParams> = {
  type: parameter.oneOf(...kinds),
  ...Schedule,
  allowed_senders: texts,
  app: name,
  trigger_name: name,
  trigger_config: config,
  user_id: name,
};

/** What may be changed of a trigger: that it rests, and of a schedule, when it starts its task. */
export interface TriggerChanges extends Schedule {
  readonly enabled?: boolean | undefined;
}

export const TriggerChanges: Parameters<TriggerChanges> = { enabled: toggle, ...Schedule };

/** What starts a task by itself. */
export interface Triggers {
  /** Makes one. Sent once for each subscription and never repeated by itself. */
  create(taskId: number, params: TriggerParams, options?: AbortOptions): Observable<Trigger>;
  /** All of a task, one by one. */
  list(taskId: number, options?: UserOptions): Observable<Trigger>;
  /** Changes what is given. Another of `cron`, `interval_seconds` and `run_at` takes the place of the one it had. */
  update(
    taskId: number,
    triggerId: string,
    changes: TriggerChanges,
    options?: UserOptions,
  ): Observable<Trigger>;
  /** Takes it away. Completes without a value. */
  delete(taskId: number, triggerId: string, options?: UserOptions): Observable<never>;
}

/** "`cron` or `interval_seconds` or `run_at` (exclusive)." [wire §8] */
const timed = <P extends Schedule>(params: P): P => {
  const [, second] = (['cron', 'interval_seconds', 'run_at'] as const).filter(
    (name) => params[name] !== undefined,
  );
  if (second === undefined) return params;
  throw new InvalidArgumentError(second, 'is one too many; give cron, interval_seconds or run_at');
};

/** "A text; a bare number is 422." [wire §8] */
const segment = (triggerId: string): { readonly triggerId: string } => {
  if (typeof triggerId === 'string' && !/^\d+$/.test(triggerId)) return { triggerId };
  throw new InvalidArgumentError('triggerId', 'must be the whole of its text, such as schedule_5');
};

/** The routes of triggers, below a task's. [wire §8] */
export const createTriggers = (
  api: Pick<Api, 'send' | 'limits'>,
  task: (taskId: number) => string,
): Triggers => {
  const { one, list, nothing } = calls(api);
  const all = (taskId: number): string => `${task(taskId)}/triggers/`;
  const of = (taskId: number, triggerId: string): string =>
    `${all(taskId)}${path`${segment(triggerId)}`}`;
  return {
    create: (taskId, params, options = {}) =>
      one(Trigger, options, () => post(all(taskId), timed(check(TriggerParams, params, ['type'])))),
    list: (taskId, options = {}) =>
      list(
        Trigger,
        options,
        () => scope(options),
        (query) => get(all(taskId), { ...query }),
        UserOptions,
        pageOrList,
      ),
    update: (taskId, triggerId, changes, options = {}) =>
      one(
        Trigger,
        options,
        () => patch(of(taskId, triggerId), timed(check(TriggerChanges, changes)), scope(options)),
        UserOptions,
      ),
    delete: (taskId, triggerId, options = {}) =>
      nothing(options, () => remove(of(taskId, triggerId), scope(options)), UserOptions),
  };
};
