/**
 * What of a run leaves the server, unless more is named: an allow-list, for what is not here stays.
 */
import type { PermissionRequest, Run } from '../api/objects';
import type { EventType } from '../events/RunEvent';
import { isObject } from '../events/record';

type Json = { readonly [field: string]: unknown };

/** What is shown of a value, which may depend on what stands beside it; undefined for nothing. */
export type Show = (value: unknown, beside: Json) => unknown;

/** What is shown of an object, by field. */
export type Shows = { readonly [field: string]: Show };

/** A text, a number or a flag. An object in its place, which could hold anything, is not shown. */
const plain: Show = (value) => (typeof value === 'object' ? undefined : value);

/** Whatever it is. */
export const whole: Show = (value) => value;

const listOf =
  (show: Show): Show =>
  (value, beside) =>
    Array.isArray(value)
      ? value.map((one) => show(one, beside)).filter((one) => one !== undefined)
      : undefined;

/** These fields of an object, and no others. It is made anew: no key of its is copied. */
export const only = (shows: Shows): Show => {
  const all = Object.entries(shows);
  return (value) => {
    if (!isObject(value)) return undefined;
    const shown: Record<string, unknown> = {};
    for (const [field, show] of all) {
      const one = show(value[field], value);
      if (one !== undefined) shown[field] = one;
    }
    return shown;
  };
};

/** The input of the tool for questions is the question itself; that of any other tool is its own. [wire §4] */
const asQuestion: Show = (input, { tool_name }) =>
  tool_name === 'AskUserQuestion' ? asked(input, {}) : undefined;

const asked = only({
  questions: listOf(
    only({
      question: plain,
      header: plain,
      multiSelect: plain,
      options: listOf(only({ label: plain, description: plain })),
    }),
  ),
});

/** Fields of an object, of which some are shown. One that the object has and this has not does not compile. */
type Decided<A> = { readonly [F in keyof A]-?: Show | null };

/** A run's record. What it cost, whose it is and what the server keeps with it stays. */
export const run: Decided<Run> = {
  id: plain,
  status: plain,
  teammate_id: null,
  task_id: null,
  output: plain,
  output_data: null,
  error: plain,
  error_code: plain,
  stop_reason: plain,
  user_id: null,
  metadata: null,
  permission_mode: plain,
  email_address: null,
  retryable: null,
  retry_blocked_reason: null,
  retry_of_run_id: null,
  retry_count: null,
  usage: null,
  delivery: plain,
  queued_message_id: plain,
  closing_preview: null,
  created_at: plain,
  updated_at: plain,
  started_at: plain,
  last_activity_at: null,
};

/** What a run asks of people: what a consent screen shows, and not the arguments of the tool. */
export const permission: Decided<PermissionRequest> = {
  request_id: plain,
  tool_name: plain,
  tool_input: asQuestion,
  status: plain,
  tool_use_id: plain,
  display_name: plain,
  consequence: plain,
  fields: listOf(listOf(plain)),
  prose: plain,
  can_remember: plain,
  remember_default: plain,
  timeout_seconds: plain,
  auto_resolved: plain,
  resumed: plain,
  remembered: plain,
  created_at: plain,
  resolved_at: plain,
};

/** What metadata say of the run: a client needs its id, to heal. */
export const metadata = { run_id: plain, usage: null } as const;

const bound = { id: plain };
const words = { id: plain, delta: plain };
const call = { toolCallId: plain };
const message = { messageId: plain };
const failed = { error: plain, error_code: plain };
const ending = { stop_reason: plain };

/**
 * Events, type by type: what is shown beside the type, or null where the whole event stays. A type
 * that the protocol has and this has not does not compile.
 */
export const events = (
  request: Shows,
  data: Shows,
): { readonly [K in EventType]: Shows | null } => {
  // Free payloads: what they say stands in one, or beside the type.
  const asking = { ...request, payload: only(request) };
  return {
    'text-start': bound,
    'text-delta': words,
    'text-end': bound,
    'reasoning-start': bound,
    'reasoning-delta': words,
    'reasoning-end': bound,
    'thinking-start': bound,
    'thinking-delta': words,
    'thinking-end': bound,
    'plan-start': bound,
    'plan-delta': words,
    'plan-end': bound,

    'tool-call-start': { ...call, toolName: plain },
    'tool-call-delta': null,
    'tool-call-end': call,
    'tool-result-start': call,
    'tool-result-delta': null,
    'tool-result-end': call,
    'todo-update': null,

    'message-start': message,
    'message-delta': null,
    'message-end': message,
    'source-url': null,
    'source-document': null,

    metadata: { payload: only(data) },
    run_metrics: null,
    done: ending,
    cancelled: ending,

    'sandbox-connecting': {},
    'sandbox-connected': {},
    sandbox_metrics: null,

    permission_request: asking,
    permission_resolved: asking,
    awaiting_approval: asking,

    error: failed,
    sdk_error: failed,
    AGENT_RUNNER_DIED: failed,
    RUNNER_LIFECYCLE_ERROR: failed,
    SANDBOX_BOOT_TIMEOUT: failed,
    SANDBOX_QUOTA_EXHAUSTED: failed,
    SANDBOX_UNAVAILABLE: failed,
    SNAPSHOT_VERSION_MISMATCH: failed,

    mcp_error: null,
    mcp_auth_failed: null,
    rate_limit: null,
    'desktop-ready': null,
    task_notification: null,
    thinking: null,
    reasoning: null,
    plan_delta: null,

    settled: {},

    RUNNER_DIAG: null,
    message_snapshot: null,
    system_message: null,
    sdk_init: null,
    sdk_success: null,
    sdk_content_snapshot: null,
    'keep-alive': null,
    ping: null,
    stderr: null,
    user_message: null,
    compact_boundary: null,
    conversation_reset: null,
    permission_auto_allowed: null,
    task_started: null,
    task_progress: null,

    unknown: null,
    malformed: null,
    output: null,
  };
};
