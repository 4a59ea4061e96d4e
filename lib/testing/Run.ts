/** What a run has cost so far; null until metrics arrive. [wire §4] */
export interface Usage {
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
export interface Run {
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
  readonly usage: Usage | null;
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
