import { concat, defer, filter, map, type OperatorFunction } from 'rxjs';
import { isToolEvent } from '../events/kinds';
import type { RunEvent, ToolEvent } from '../events/RunEvent';
import { advance, begin, callOf, gapped, type CallState } from './calls';
import type { ToolCall } from './RunResult';

const isCall = (call: ToolCall | undefined): call is ToolCall => call !== undefined;

/**
 * The run's tool calls, each once: when its result has ended, with its arguments put together.
 *
 * A call whose result never ends comes when the run's events have, with `completed: false`; not at
 * the ending already, since the next turn may bring the result. Where a gap of the stream was filled
 * from the run's record, the rest of such a call may be `missing`. They are the calls of
 * {@link RunResult.toolCalls} (in the order of their ends, not of their starts), and where a call
 * was begun anew after its end, what it was before that too. One that is over is not kept in memory.
 *
 * ```
 * events:    --s--a--r--u--d--|
 *            toolCalls()
 * result:    --------R--------(U|)
 * ```
 *
 * @example
 * ```ts
 * import { createClient, toolCalls } from 'm8tes-rx';
 *
 * createClient()
 *   .runs.create({ message: 'Sort my inbox' })
 *   .pipe(toolCalls())
 *   .subscribe(({ toolName, input, result }) => console.log(toolName, input, result));
 * ```
 *
 * @see {@link ofType} for a call's events one by one
 * @see {@link accumulate} for calls that are still going on
 */
export const toolCalls = (): OperatorFunction<RunEvent, ToolCall> => (run$) =>
  defer(() => {
    const open = new Map<string, CallState>();
    const over = new Map<string, string>(); // of each its name, which a call begun anew keeps

    const ended = (event: ToolEvent): ToolCall | undefined => {
      const id = event.toolCallId ?? '';
      const name = over.get(id);
      if (name !== undefined) {
        // The id of a call that is over may be given again, to another call.
        if (event.type !== 'tool-call-start') return undefined;
        over.delete(id);
      }
      const state = advance(open.get(id) ?? begin(id, name), event);
      open.set(id, state);
      if (!state.call.completed) return undefined;
      open.delete(id);
      over.set(id, state.call.toolName);
      return callOf(state);
    };

    const told = (event: RunEvent): ToolCall | undefined => {
      if (isToolEvent(event)) return ended(event);
      if (event.type === 'settled') open.forEach((state, id) => open.set(id, gapped(state)));
      return undefined;
    };

    return concat(
      run$.pipe(map(told), filter(isCall)),
      defer(() => [...open.values()].map(callOf)),
    );
  });
