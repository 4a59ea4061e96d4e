import type { EventType, RunEvent } from './RunEvent';

/** What a turn begins with: who it is, where it works, or the first thing it says, does or asks. */
const beginnings: ReadonlySet<EventType> = new Set<EventType>([
  'message-start',
  'message-delta',
  'text-start',
  'text-delta',
  'reasoning-start',
  'reasoning-delta',
  'thinking-start',
  'thinking-delta',
  'plan-start',
  'plan-delta',
  'tool-call-start',
  'tool-call-delta',
  'tool-call-end',
  'sandbox-connecting',
  'sandbox-connected',
  'permission_request',
  'awaiting_approval',
]);

/**
 * Whether an event may follow a run's ending without taking it back: metrics, the bill, a late
 * result, the server's housekeeping. Anything else after a `done` is the next turn.
 */
export const isAfterword = (event: RunEvent): boolean =>
  event.type === 'metadata' ? event.payload.usage !== undefined : !beginnings.has(event.type);
