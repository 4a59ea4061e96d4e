/**
 * The objects of the API. Only what identifies one is always there; fields that this version does
 * not know are kept. [wire §4]
 */
import * as t from 'io-ts';
import { object } from '../events/object';
import { optional } from '../events/optional';
import { record } from '../events/record';

const string = optional(t.string);
const number = optional(t.number);
const flag = optional(t.boolean);
const anything = optional(t.unknown);
const numberOrString = optional<number | string>(t.union([t.number, t.string]));

/** Tokens and money of a run; `null` on the wire until there are any, so absent here. */
export const Usage = record(
  {
    input_tokens: number,
    output_tokens: number,
    cache_read_tokens: number,
    cache_creation_tokens: number,
    total_tokens: number,
    /** US dollars, as decimal text: a float would lose cents. */
    cost_usd: string,
  },
  'usage',
);
export type Usage = t.TypeOf<typeof Usage>;

/** A run's record. Only `id` and `status` are always there. */
export const Run = record(
  {
    id: t.number,
    /** `running`, `awaiting_approval`, …; over are exactly `completed`, `failed`, `cancelled`, `closed`. */
    status: t.string,
    teammate_id: number,
    task_id: number,
    output: string,
    /** What `output_schema` asked for. */
    output_data: anything,
    error: string,
    /** A run can be `completed` and still carry one: it failed upstream. */
    error_code: string,
    stop_reason: string,
    user_id: string,
    metadata: optional(object),
    permission_mode: string,
    email_address: string,
    retryable: flag,
    retry_blocked_reason: string,
    retry_of_run_id: number,
    retry_count: number,
    usage: optional(Usage),
    /** `resumed` or `queued`: what became of a reply. */
    delivery: string,
    queued_message_id: numberOrString,
    closing_preview: anything,
    created_at: string,
    updated_at: string,
    started_at: string,
    last_activity_at: string,
  },
  'a run',
);
export type Run = t.TypeOf<typeof Run>;

const over: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'closed']);

/** Whether a run has ended for good. */
export const isOver = ({ status }: Pick<Run, 'status'>): boolean => over.has(status);

/**
 * What a run asks a person: to allow a tool, to answer a question, to approve a plan.
 *
 * Show `display_name` on a consent screen: `tool_name` is text the agent can influence.
 */
export const PermissionRequest = record(
  {
    request_id: t.string,
    tool_name: string,
    tool_input: optional(object),
    /** `pending`, or how it was decided. */
    status: string,
    tool_use_id: string,
    /** What to call the tool on a consent screen. */
    display_name: string,
    /** What allowing it leads to. */
    consequence: string,
    /** Label and value, to show. */
    fields: optional(t.readonlyArray(t.unknown)),
    prose: string,
    can_remember: flag,
    remember_default: flag,
    timeout_seconds: number,
    auto_resolved: flag,
    resumed: flag,
    remembered: flag,
    created_at: string,
    resolved_at: string,
  },
  'a permission request',
);
export type PermissionRequest = t.TypeOf<typeof PermissionRequest>;

/** What became of an answer. [wire §5] */
export const Answered = record(
  {
    status: string,
    /** Whether the run goes on. */
    resumed: flag,
  },
  'a receipt for an answer',
);
export type Answered = t.TypeOf<typeof Answered>;

/** The permission mode a run has now. */
export const PermissionModeChange = record({ permission_mode: t.string }, 'a permission mode');
export type PermissionModeChange = t.TypeOf<typeof PermissionModeChange>;

/** A message of a run's conversation. */
export const RunMessage = record(
  {
    id: numberOrString,
    run_id: number,
    /** Its place in the conversation; `after_sequence` reads on from one. */
    sequence: number,
    /** `user`, `assistant`, … */
    role: string,
    content: anything,
    content_blocks: anything,
    event_metadata: anything,
    created_at: string,
  },
  'a message of a run',
);
export type RunMessage = t.TypeOf<typeof RunMessage>;

/** What a run came to. */
export const RunOutcome = record(
  {
    run_id: number,
    status: string,
    summary: string,
    headline: string,
    needs_reply: flag,
    output_data: anything,
    message_count: number,
    input_tokens: number,
    output_tokens: number,
    total_tokens: number,
    /** US dollars, as decimal text. */
    cost_usd: string,
  },
  'the outcome of a run',
);
export type RunOutcome = t.TypeOf<typeof RunOutcome>;

/** Whether anything has changed since last time, at a glance. */
export const RunCheck = record(
  { total_count: number, latest_run_id: number, awaiting_count: number, latest_change_at: string },
  'a check of the runs',
);
export type RunCheck = t.TypeOf<typeof RunCheck>;

/** A file of a run. */
export const RunFile = record(
  {
    name: t.string,
    /** Bytes. */
    size: number,
  },
  'a file of a run',
);
export type RunFile = t.TypeOf<typeof RunFile>;

/** A run's public link. */
export const Share = record({ share_token: t.string, share_url: t.string }, 'a share');
export type Share = t.TypeOf<typeof Share>;
