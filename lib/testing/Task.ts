import type { PermissionMode } from './Run';

/** A saved task. [wire §7] */
export interface Task {
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
