import type { EventOf, RunEvent } from './RunEvent';

/** An event that carries a piece of a longer text. */
export type DeltaEvent = EventOf<
  | 'text-delta'
  | 'reasoning-delta'
  | 'thinking-delta'
  | 'plan-delta'
  | 'tool-call-delta'
  | 'tool-result-delta'
>;

/** Whether an event carries a piece of a longer text: two such pieces say what their join says. */
export const isDelta = (event: RunEvent): event is DeltaEvent => {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'thinking-delta':
    case 'plan-delta':
    case 'tool-call-delta':
    case 'tool-result-delta':
      return true;
    default:
      return false;
  }
};
