/** What is asked of people. [wire §4] */
export interface PermissionRequest {
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
