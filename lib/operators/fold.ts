import { isInfrastructure } from '../events/isInfrastructure';
import type { RunEvent } from '../events/RunEvent';
import { calls } from './calls';
import { Conclusion } from './Conclusion';
import { isFailure } from './isFailure';
import { isToolEvent } from './isToolEvent';
import type { RunMetrics, RunResult } from './RunResult';
import { pages } from './pages';
import { sections } from './sections';
import { snapshot } from './snapshot';
import { versioned } from './versioned';

/** A run's events on their way into one result. */
export interface Fold {
  readonly add: (event: RunEvent) => void;
  /** The result so far. It never changes, and costs little until its lists are read. */
  readonly result: () => RunResult;
}

/**
 * Puts a run's events together: "what a whole run amounts to" [wire §3]. An event costs the same
 * however long the run already is.
 */
export const fold = (): Fold => {
  const text = pages();
  const reasoning = sections();
  const plan = sections();
  const toolCalls = calls();
  const errors = versioned<string>();
  let failures = 0;
  let run_id: number | undefined;
  let usage: RunResult['usage'];
  let metrics: RunMetrics = {};
  let conclusion = Conclusion.open;
  let malformed = 0;
  let unknown = 0;
  let latest: RunResult | undefined;

  /** Takes what an event says, its ending aside; whether that was anything. */
  const takes = (event: RunEvent): boolean => {
    switch (event.type) {
      case 'text-delta':
        text.add(event.delta);
        return true;
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'thinking-start':
      case 'thinking-delta':
        reasoning.add(event);
        return true;
      case 'plan-start':
      case 'plan-delta':
        plan.add(event);
        return true;
      case 'metadata':
        run_id ??= event.payload.run_id;
        usage = event.payload.usage ?? usage;
        return true;
      case 'run_metrics':
      case 'sandbox_metrics': {
        const { type: _type, ...told } = event;
        metrics = { ...metrics, ...told };
        return true;
      }
      case 'malformed':
        malformed += 1;
        return true;
      case 'unknown':
        unknown += isInfrastructure(event) ? 0 : 1;
        return true;
      default:
        if (isToolEvent(event)) toolCalls.add(event);
        else if (isFailure(event)) errors.put(failures++, event.error);
        else return false;
        return true;
    }
  };

  const now = (): RunResult => {
    const joined = text.text();
    return snapshot(
      {
        run_id,
        status: conclusion.status,
        text: joined,
        output: joined,
        reasoning: reasoning.text(),
        plan: plan.text(),
        error_code: conclusion.error_code,
        usage,
        metrics,
        stop_reason: conclusion.stop_reason,
        completion_state: conclusion.completion_state,
        unresolved_tool_use_ids: conclusion.unresolved_tool_use_ids,
        malformed,
        unknown,
      },
      { toolCalls: toolCalls.version(), errors: errors.version() },
    );
  };

  return {
    add: (event) => {
      const before = conclusion;
      conclusion = Conclusion.after(before, event);
      if (takes(event) || conclusion !== before) latest = undefined;
    },
    result: () => (latest ??= now()),
  };
};
