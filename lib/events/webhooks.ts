/** The kinds of webhook event: every type of them is computed from this table. [wire §6] */
export const webhookKinds = [
  'run.started',
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.awaiting_input',
  'run.message_received',
  'run.message_cancelled',
] as const;

/** A kind of webhook event that this version knows. */
export type WebhookKind = (typeof webhookKinds)[number];
