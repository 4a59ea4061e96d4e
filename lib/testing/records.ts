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

/** Who does the work; newer documentation calls it an agent. [wire §7] */
export interface TeammateRecord {
  readonly id: number;
  readonly name: string;
  readonly instructions: string | null;
  readonly tools: readonly string[];
  readonly user_id: string | null;
  readonly metadata: { readonly [key: string]: unknown } | null;
  readonly status: 'enabled' | 'archived';
  readonly created_at: string;
  readonly updated_at: string;
}

/** A saved task. [wire §7] */
export interface TaskRecord {
  readonly id: number;
  readonly teammate_id: number;
  readonly name: string;
  readonly instructions: string;
  readonly tools: readonly string[];
  readonly user_id: string | null;
  readonly status: 'enabled' | 'archived';
  readonly permission_mode: PermissionMode;
  readonly human_in_the_loop: boolean;
  /** Made for one run: readable by id, in no list. */
  readonly ad_hoc: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}
