/**
 * The objects of the API. Only what identifies one is always there; a field of the wrong type is
 * mended or absent, as in an event, and fields that this version does not know are kept. [wire §4]
 */
import type { Type, TypeOf } from 'io-ts';
import {
  anything,
  flag,
  list,
  needed,
  number,
  object,
  record,
  text,
  textOrNumber,
  within,
} from '../events/record';

/** Tokens and money of a run; `null` on the wire until there are any, so absent here. */
export const Usage = record(
  {
    input_tokens: number,
    output_tokens: number,
    cache_read_tokens: number,
    cache_creation_tokens: number,
    total_tokens: number,
    /** US dollars, as decimal text: a float would lose cents. */
    cost_usd: text,
  },
  'usage',
);
export interface Usage extends TypeOf<typeof Usage> {}

/** Text of a known set. A server newer than this version may say more, and that is kept. */
export type OneOf<Known extends string> = Known | (string & Record<never, never>);

/** The codec of such a text: any text is one. */
export const oneOf = <Known extends string>(): Type<OneOf<Known> | undefined, unknown> => text;

const endings = ['completed', 'failed', 'cancelled', 'closed'] as const;
/** How a run ends: exactly so. [wire §4] */
export type RunEnding = (typeof endings)[number];

/** How a run can be, as far as this version knows. [wire §7] */
export type RunStatus = 'running' | 'paused' | 'awaiting_approval' | RunEnding | 'archived';

/** A run's record. Only `id` and `status` are always there. */
export const Run = record(
  {
    id: needed(number),
    /** `running`, `awaiting_approval`, …; over are exactly `completed`, `failed`, `cancelled`, `closed`. */
    status: needed(oneOf<RunStatus>()),
    teammate_id: number,
    task_id: number,
    output: text,
    /** What `output_schema` asked for. */
    output_data: anything,
    error: text,
    /** A run can be `completed` and still carry one: it failed upstream. */
    error_code: text,
    stop_reason: text,
    user_id: text,
    metadata: object,
    permission_mode: text,
    email_address: text,
    retryable: flag,
    retry_blocked_reason: text,
    retry_of_run_id: number,
    retry_count: number,
    usage: within(Usage),
    /** `resumed` or `queued`: what became of a reply. */
    delivery: text,
    queued_message_id: textOrNumber,
    closing_preview: anything,
    created_at: text,
    updated_at: text,
    started_at: text,
    last_activity_at: text,
  },
  'a run',
);
export interface Run extends TypeOf<typeof Run> {}

const over: ReadonlySet<string> = new Set(endings);

/** Whether a run has ended for good. */
export const isOver = <R extends { readonly status: string }>(
  run: R,
): run is R & { readonly status: RunEnding } => over.has(run.status);

/**
 * What a run asks a person: to allow a tool, to answer a question, to approve a plan.
 *
 * Show `display_name` on a consent screen: `tool_name` is text the agent can influence.
 */
export const PermissionRequest = record(
  {
    request_id: needed(text),
    tool_name: text,
    tool_input: object,
    /** `pending`, or how it was decided. */
    status: text,
    tool_use_id: text,
    /** What to call the tool on a consent screen. */
    display_name: text,
    /** What allowing it leads to. */
    consequence: text,
    /** Label and value, to show. */
    fields: list(anything),
    prose: text,
    can_remember: flag,
    remember_default: flag,
    timeout_seconds: number,
    auto_resolved: flag,
    resumed: flag,
    remembered: flag,
    created_at: text,
    resolved_at: text,
  },
  'a permission request',
);
export interface PermissionRequest extends TypeOf<typeof PermissionRequest> {}

/** What became of an answer. [wire §5] */
export const Answered = record(
  {
    status: text,
    /** Whether the run goes on. */
    resumed: flag,
  },
  'a receipt for an answer',
);
export interface Answered extends TypeOf<typeof Answered> {}

/** The permission mode a run has now. */
export const PermissionModeChange = record({ permission_mode: needed(text) }, 'a permission mode');
export interface PermissionModeChange extends TypeOf<typeof PermissionModeChange> {}

/** A message of a run's conversation. */
export const RunMessage = record(
  {
    id: textOrNumber,
    run_id: number,
    /** Its place in the conversation; `after_sequence` reads on from one. */
    sequence: number,
    /** `user`, `assistant`, … */
    role: text,
    content: anything,
    content_blocks: anything,
    event_metadata: anything,
    created_at: text,
  },
  'a message of a run',
);
export interface RunMessage extends TypeOf<typeof RunMessage> {}

/** What a run came to. */
export const RunOutcome = record(
  {
    run_id: number,
    status: oneOf<RunStatus>(),
    summary: text,
    headline: text,
    needs_reply: flag,
    output_data: anything,
    message_count: number,
    input_tokens: number,
    output_tokens: number,
    total_tokens: number,
    /** US dollars, as decimal text. */
    cost_usd: text,
  },
  'the outcome of a run',
);
export interface RunOutcome extends TypeOf<typeof RunOutcome> {}

/** Whether anything has changed since last time, at a glance. */
export const RunCheck = record(
  { total_count: number, latest_run_id: number, awaiting_count: number, latest_change_at: text },
  'a check of the runs',
);
export interface RunCheck extends TypeOf<typeof RunCheck> {}

/** A file of a run. */
export const RunFile = record(
  {
    name: needed(text),
    /** Bytes. */
    size: number,
  },
  'a file of a run',
);
export interface RunFile extends TypeOf<typeof RunFile> {}

/** A run's public link. */
export const Share = record({ share_token: needed(text), share_url: needed(text) }, 'a share');
export interface Share extends TypeOf<typeof Share> {}
