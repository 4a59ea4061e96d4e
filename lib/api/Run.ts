import * as t from 'io-ts';
import { object } from '../events/object';
import { optional } from '../events/optional';
import { record } from '../events/record';
import { Usage } from './Usage';

const number = optional(t.number);
const string = optional(t.string);

/**
 * A run's record. Only `id` and `status` are always there; fields this version does not know are
 * kept. [wire §4]
 */
export const Run = record(
  {
    id: t.number,
    /** `running`, `awaiting_approval`, …; over are exactly `completed`, `failed`, `cancelled`, `closed`. */
    status: t.string,
    teammate_id: number,
    task_id: number,
    output: string,
    /** What `output_schema` asked for. */
    output_data: optional(t.unknown),
    error: string,
    /** A run can be `completed` and still carry one: it failed upstream. */
    error_code: string,
    stop_reason: string,
    user_id: string,
    metadata: optional(object),
    permission_mode: string,
    email_address: string,
    retryable: optional(t.boolean),
    retry_blocked_reason: string,
    retry_of_run_id: number,
    retry_count: number,
    usage: optional(Usage),
    /** `resumed` or `queued`: what became of a reply. */
    delivery: string,
    queued_message_id: optional(t.union([t.number, t.string])),
    closing_preview: optional(t.unknown),
    created_at: string,
    updated_at: string,
    started_at: string,
    last_activity_at: string,
  },
  'a run',
);
export type Run = t.TypeOf<typeof Run>;
