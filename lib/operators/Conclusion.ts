import { beginsTurn, isFailure, isTerminal } from '../events/kinds';
import type { EventOf, RunEvent } from '../events/RunEvent';

import type { RunResult } from './RunResult';

type Ending = Pick<RunResult, 'stop_reason' | 'completion_state' | 'unresolved_tool_use_ids'>;

/** How a run's last turn ended, as far as it has. */
export interface Conclusion extends Ending, Pick<RunResult, 'status' | 'error_code'> {
  /** Whether the turn is over; its status may be known before. */
  readonly over: boolean;
}

/** Of a turn that has not ended. */
const open: Conclusion = {
  status: 'running',
  over: false,
  error_code: undefined,
  stop_reason: undefined,
  completion_state: undefined,
  unresolved_tool_use_ids: undefined,
};

const ending = (before: Ending, event: EventOf<'done' | 'cancelled' | 'run_metrics'>): Ending => ({
  stop_reason: event.stop_reason ?? before.stop_reason,
  completion_state: event.completion_state ?? before.completion_state,
  unresolved_tool_use_ids: event.unresolved_tool_use_ids ?? before.unresolved_tool_use_ids,
});

/**
 * How a run ended, after one more event. A failure or a cancellation stands, whichever came first,
 * because a `done` (the end marker is one) may follow either.
 */
const after = (before: Conclusion, event: RunEvent): Conclusion => {
  const turn = before.over && beginsTurn(event) ? open : before;
  const { status } = turn;
  switch (event.type) {
    case 'done':
      return {
        ...turn,
        ...ending(turn, event),
        status: status === 'running' ? 'completed' : status,
        over: true,
      };
    case 'cancelled':
      return {
        ...turn,
        ...ending(turn, event),
        status: status === 'failed' ? status : 'cancelled',
        over: true,
      };
    case 'run_metrics':
      return { ...turn, ...ending(turn, event) };
    default: {
      if (!isFailure(event)) return turn;
      const ends = isTerminal(event);
      return {
        ...turn,
        status: status === 'cancelled' ? status : 'failed',
        over: turn.over || ends,
        error_code: turn.error_code ?? event.error_code ?? (ends ? event.type : undefined),
      };
    }
  }
};

export const Conclusion = { open, after };
