import { isFailure, isInfrastructure, isToolEvent } from '../events/kinds';
import { UNKNOWN_ERROR } from '../events/protocol';
import type { FailureEvent, RunEvent } from '../events/RunEvent';
import { calls } from './calls';
import { Conclusion } from './Conclusion';
import type { RunFailure, RunMetrics, RunResult } from './RunResult';
import { pages, sections } from './texts';
import { versioned } from './versioned';

type Lists = Pick<RunResult, 'toolCalls' | 'errors'>;
type Later = { readonly [K in keyof Lists]: () => Lists[K] };
type Rest = Omit<RunResult, keyof Lists>;

const later = Symbol('later');

/** One getter a field for all snapshots, so that V8 keeps them as fast as plain objects. */
const getter = (field: keyof Lists): PropertyDescriptor => ({
  enumerable: true,
  get(this: { readonly [later]: Later }) {
    return this[later][field]();
  },
});

const toolCalls = getter('toolCalls');
const errors = getter('errors');

/** `console.log` in Node would show a getter as `[Getter]`. */
const inspected: PropertyDescriptor = {
  value(this: RunResult) {
    return { ...this };
  },
};
const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * A result whose lists are copied when they are first read, and not for every event. To everybody
 * else it is a plain object: equal to one, written as one, spread into one.
 */
const withLater = (result: Rest, lists: Later): RunResult => {
  Object.defineProperty(result, later, { value: lists });
  Object.defineProperty(result, inspect, inspected);
  Object.defineProperty(result, 'toolCalls', toolCalls);
  Object.defineProperty(result, 'errors', errors);
  return result as RunResult;
};

/** Items in the lists of a result up to which they are copied at once: that costs less than to wait. */
const FEW = 32;

const snapshot = (result: Rest & Partial<Lists>, lists: Later, items: number): RunResult => {
  if (items > FEW) return withLater(result, lists);
  const whole = result as { -readonly [K in keyof RunResult]: RunResult[K] };
  whole.toolCalls = lists.toolCalls();
  whole.errors = lists.errors();
  return whole;
};

/** A run's events on their way into one result. */
export interface Fold {
  readonly add: (event: RunEvent) => void;
  /** The result so far. It never changes, and costs little until its lists are read. */
  readonly result: () => RunResult;
}

/** "A terminal failure without a text is told by its type, never as `Unknown error`." [wire §3] */
const told = ({ type, error, error_code }: FailureEvent): RunFailure => {
  const isTold = error !== '' && (type === 'error' || error !== UNKNOWN_ERROR);
  const unsaid = type === 'error' ? UNKNOWN_ERROR : type;
  return { type, text: isTold ? error : unsaid, code: error_code };
};

/**
 * Puts a run's events together: "what a whole run amounts to" [wire §3]. An event costs the same
 * however long the run already is.
 */
export const fold = (): Fold => {
  const text = pages();
  const reasoning = sections();
  const plan = sections();
  const toolCalls = calls();
  const errors = versioned((failure: RunFailure) => failure);
  let failures = 0;
  let run_id: number | undefined;
  let output_data: unknown;
  let usage: RunResult['usage'];
  let metrics: RunMetrics = {};
  let conclusion = Conclusion.open;
  let settled = false;
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
      case 'reasoning-end':
      case 'thinking-start':
      case 'thinking-delta':
      case 'thinking-end':
        reasoning.add(event);
        return true;
      case 'plan-start':
      case 'plan-delta':
      case 'plan-end':
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
      case 'output':
        ({ output_data } = event);
        return true;
      case 'settled':
        settled = true;
        toolCalls.gap();
        return true;
      case 'malformed':
        malformed += 1;
        return true;
      case 'unknown':
        unknown += isInfrastructure(event) ? 0 : 1;
        return true;
      default:
        if (isToolEvent(event)) toolCalls.add(event);
        else if (isFailure(event)) errors.put(failures++, told(event));
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
        output_data,
        reasoning: reasoning.text(),
        plan: plan.text(),
        error_code: conclusion.error_code,
        usage,
        metrics,
        stop_reason: conclusion.stop_reason,
        completion_state: conclusion.completion_state,
        unresolved_tool_use_ids: conclusion.unresolved_tool_use_ids,
        settled,
        malformed,
        unknown,
      },
      { toolCalls: toolCalls.version(), errors: errors.version() },
      toolCalls.size() + failures,
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
