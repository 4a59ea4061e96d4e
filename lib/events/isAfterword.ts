import { isInfrastructure } from './isInfrastructure';
import { isTerminal } from './isTerminal';
import type { EventType, RunEvent } from './RunEvent';

const afterwords: ReadonlySet<EventType> = new Set([
  'run_metrics',
  'sandbox_metrics',
  'message-end',
  'unknown',
  'malformed',
] as const);

/**
 * Whether an event may follow a run's ending without taking it back: metrics, the bill, the
 * server's housekeeping. Anything else after a `done` is the next turn.
 */
export const isAfterword = (event: RunEvent): boolean =>
  afterwords.has(event.type) ||
  isTerminal(event) ||
  isInfrastructure(event) ||
  (event.type === 'metadata' && event.payload.usage !== undefined);
