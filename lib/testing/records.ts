import type { WebhookKind } from '../events/webhooks';

/** What a run has cost so far; null until metrics arrive. [wire §4] */
export interface UsageRecord {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_creation_tokens: number;
  readonly total_tokens: number;
  /** Decimal text. */
  readonly cost_usd: string;
}

/** What the teammate may do unasked. */
export type PermissionMode = 'autonomous' | 'approval' | 'plan';

/** A run's record. [wire §4] */
export interface RunRecord {
  readonly id: number;
  readonly teammate_id: number;
  readonly task_id: number;
  readonly status:
    'running' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled' | 'closed' | 'archived';
  /** The text of the latest turn that ended. */
  readonly output: string | null;
  readonly output_data: unknown;
  readonly error: string | null;
  readonly error_code: string | null;
  readonly stop_reason: string | null;
  readonly user_id: string | null;
  readonly metadata: { readonly [key: string]: unknown } | null;
  readonly permission_mode: PermissionMode;
  readonly human_in_the_loop: boolean;
  readonly model: string | null;
  readonly effort: string | null;
  readonly retryable: boolean;
  readonly retry_blocked_reason: string | null;
  readonly retry_of_run_id: number | null;
  readonly retry_count: number;
  readonly usage: UsageRecord | null;
  readonly delivery: 'resumed' | 'queued' | null;
  readonly queued_message_id: number | null;
  readonly closing_preview: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly started_at: string;
  readonly last_activity_at: string;
  readonly last_viewed_at: string | null;
  readonly archived_at: string | null;
  /** Only in the answer to a create that asked for an inbox. */
  readonly email_address?: string;
}

/** What is asked of people. [wire §4] */
export interface PermissionRecord {
  readonly request_id: string;
  /** Text the agent can influence: a consent screen shows `display_name`. */
  readonly tool_name: string;
  readonly tool_input: { readonly [field: string]: unknown };
  readonly status: 'pending' | 'allowed' | 'denied' | 'answered' | 'cancelled';
  readonly tool_use_id: string;
  readonly display_name: string;
  readonly consequence: string | null;
  readonly fields: readonly (readonly [label: string, value: string])[];
  readonly prose: string | null;
  readonly can_remember: boolean;
  readonly remember_default: boolean;
  readonly timeout_seconds: number | null;
  readonly auto_resolved: boolean;
  readonly resumed: boolean;
  readonly remembered: boolean;
  readonly created_at: string;
  readonly resolved_at: string | null;
}

/** One entry of a run's transcript. [wire §4] */
export interface MessageRecord {
  readonly id: number;
  readonly run_id: number;
  readonly sequence: number;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly content_blocks: readonly { readonly type: 'text'; readonly text: string }[];
  readonly event_metadata: null;
  readonly created_at: string;
}

/** Who does the work; newer documentation calls it an agent. [wire §7, §8] */
export interface TeammateRecord {
  readonly id: number;
  readonly name: string;
  readonly instructions: string | null;
  readonly tools: readonly string[];
  readonly role: string | null;
  readonly goals: string | null;
  readonly user_id: string | null;
  readonly metadata: { readonly [key: string]: unknown } | null;
  readonly default_permission_mode: PermissionMode | null;
  readonly status: 'enabled' | 'disabled' | 'archived';
  readonly model: string | null;
  readonly effort: string | null;
  readonly enable_memory: boolean | null;
  readonly enable_history: boolean | null;
  readonly enable_feedback: boolean | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A saved task. [wire §7, §8] */
export interface TaskRecord {
  readonly id: number;
  readonly teammate_id: number;
  readonly name: string;
  readonly instructions: string;
  readonly tools: readonly string[];
  readonly expected_output: string | null;
  readonly goals: string | null;
  readonly user_id: string | null;
  readonly email_notifications: boolean;
  readonly status: 'enabled' | 'disabled' | 'archived';
  readonly permission_mode: PermissionMode;
  readonly human_in_the_loop: boolean;
  readonly model: string | null;
  readonly effort: string | null;
  /** Made for one run: readable by id, in no list. */
  readonly ad_hoc: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What starts a task by itself. [wire §8] */
export interface TriggerRecord {
  /** `schedule_5`, `app_5`, `webhook`, `email`. */
  readonly id: string;
  readonly task_id: number;
  readonly type: 'schedule' | 'webhook' | 'email' | 'app';
  readonly enabled: boolean;
  readonly cron: string | null;
  readonly interval_seconds: number | null;
  readonly run_at: string | null;
  readonly timezone: string;
  readonly url: string | null;
  readonly address: string | null;
  readonly allowed_senders: readonly string[] | null;
  readonly app: string | null;
  readonly trigger_name: string | null;
  readonly trigger_config: { readonly [key: string]: unknown } | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A URL that is told what becomes of runs. [wire §8] */
export interface WebhookRecord {
  readonly id: number;
  readonly url: string;
  readonly events: readonly WebhookKind[];
  readonly secret: string;
  readonly active: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What became of telling it of an event. [wire §8] */
export interface DeliveryRecord {
  readonly id: number;
  readonly webhook_endpoint_id: number;
  readonly event_type: WebhookKind;
  readonly event_id: string;
  readonly run_id: number;
  readonly status: 'pending' | 'success' | 'failed';
  readonly response_status_code: number | null;
  /** Requests that were made. */
  readonly attempts: number;
  readonly next_retry_at: string | null;
  /** Why the last one was no delivery. */
  readonly error: string | null;
  readonly created_at: string;
}
