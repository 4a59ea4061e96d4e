/** What runs stand on, whole and valid, and the same each time. [wire §6, §8] */
import type { Agent } from '../../api/agents';
import type { Run } from '../../api/objects';
import type { Task } from '../../api/tasks';
import type { Trigger } from '../../api/triggers';
import type { WebhookDelivery, WebhookEndpoint } from '../../api/webhooks';
import type { WebhookKind } from '../../events/webhooks';
import { aRun, later, time } from './runs';

/** Who does the work. */
export const anAgent = (fields: Partial<Agent> = {}): Agent => ({
  id: 1,
  name: 'Support',
  instructions: 'Answer the tickets.',
  tools: ['gmail_search'],
  status: 'enabled',
  created_at: time,
  updated_at: time,
  active_run_count: 0,
  last_active_at: later,
  ...fields,
});

/** A saved task. */
export const aTask = (fields: Partial<Task> = {}): Task => ({
  id: 1,
  teammate_id: 1,
  name: 'Triage',
  instructions: 'Triage the support inbox.',
  tools: ['gmail_search'],
  email_notifications: true,
  permission_mode: 'autonomous',
  status: 'enabled',
  webhook_enabled: false,
  created_at: time,
  updated_at: time,
  ...fields,
});

/** A schedule that starts a task. */
export const aTrigger = (fields: Partial<Trigger> = {}): Trigger => ({
  id: 'schedule_1',
  type: 'schedule',
  enabled: true,
  cron: '0 8 * * 1-5',
  timezone: 'Europe/Berlin',
  next_run: '2026-01-01T07:00:00.000Z',
  ...fields,
});

/** An endpoint that is told what becomes of runs. */
export const aWebhookEndpoint = (fields: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: 1,
  url: 'https://example.com/webhooks',
  events: ['run.completed', 'run.failed'],
  secret: 'whsec_…test',
  active: true,
  created_at: time,
  ...fields,
});

/** What became of telling it. */
export const aWebhookDelivery = (fields: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  id: 1,
  webhook_endpoint_id: 1,
  event_type: 'run.completed',
  event_id: 'evt_1',
  run_id: 123,
  status: 'success',
  response_status_code: 204,
  attempts: 1,
  created_at: later,
  ...fields,
});

/** The status of a run when an endpoint is told of it. */
const statuses: { readonly [Kind in WebhookKind]: Run['status'] } = {
  'run.started': 'running',
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
  'run.awaiting_input': 'awaiting_approval',
  'run.message_received': 'running',
  'run.message_cancelled': 'cancelled',
};

/** What a webhook tells, as the local server sends it; `signWebhook` makes it a delivery. */
export interface WebhookBody {
  readonly type: WebhookKind;
  /** The `Webhook-Id` too. */
  readonly id: string;
  readonly created_at: string;
  readonly run_id: number;
  readonly data: Run;
  readonly [field: string]: unknown;
}

/** The body of a webhook of a kind: `aWebhookEvent('run.failed', { data: aRun({ error: '…' }) })`. */
export const aWebhookEvent = (
  type: WebhookKind = 'run.completed',
  fields: Partial<WebhookBody> = {},
): WebhookBody => {
  const data = fields.data ?? aRun({ status: statuses[type] });
  return { type, id: 'evt_1', created_at: later, run_id: data.id, data, ...fields };
};
