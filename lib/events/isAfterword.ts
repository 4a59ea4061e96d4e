import type { EventType, RunEvent } from './RunEvent';

/** What a turn begins with: who it is, where it works, or the first thing it says, does or asks. */
const beginnings: ReadonlySet<EventType> = new Set([
  ...(['message-start', 'message-delta'] as const),
  ...(['text-start', 'text-delta'] as const),
  ...(['reasoning-start', 'reasoning-delta', 'thinking-start', 'thinking-delta'] as const),
  ...(['plan-start', 'plan-delta'] as const),
  ...(['tool-call-start', 'tool-call-delta', 'tool-call-end'] as const),
  ...(['sandbox-connecting', 'sandbox-connected'] as const),
  ...(['permission_request', 'awaiting_approval'] as const),
]);

/**
 * Whether an event may follow a run's ending without taking it back: metrics, the bill, a late
 * result, the server's housekeeping. Anything else after a `done` is the next turn.
 */
export const isAfterword = (event: RunEvent): boolean =>
  event.type === 'metadata' ? event.payload.usage !== undefined : !beginnings.has(event.type);
