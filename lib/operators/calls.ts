import { json, parsed } from '../events/json';
import { partialJson } from '../events/partialJson';
import type { ToolEvent } from '../events/RunEvent';
import type { ToolCall } from './RunResult';
import { versioned } from './versioned';

/** A tool call on its way, and what must be known to go on with it. */
export interface CallState {
  readonly call: Omit<ToolCall, 'input'>;
  /** Whether the arguments came whole, as a `tool_use` brings them. */
  readonly whole: boolean;
  /** The result's deltas since its last end; undefined where there were none. */
  readonly joined: string | undefined;
  readonly read: Read;
  /** The call as it was shown: of each state one, for a call that has not changed is the same value. */
  shown: ToolCall | undefined;
}

/** What was read of a text of arguments: once, by whichever of the calls that have it. */
interface Read {
  whole?: unknown;
  partial?: unknown;
}

const stateOf = (
  call: CallState['call'],
  { whole, joined, read }: Pick<CallState, 'whole' | 'joined' | 'read'>,
): CallState => ({ call, whole, joined, read, shown: undefined });

/** A call of which nothing is known but what it is called. */
export const begin = (toolCallId: string, toolName = ''): CallState =>
  stateOf(
    {
      ...{ toolCallId, toolName, args: '', result: undefined, todos: [] },
      ...{ completed: false, missing: false },
    },
    { whole: false, joined: undefined, read: {} },
  );

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** "A second `tool-call-start` for an id whose call already has arguments or a result begins it anew." [wire §3] */
const isUnderWay = ({ call, joined }: CallState): boolean =>
  call.args !== '' || call.completed || joined !== undefined;

/**
 * A tool call after one more event about it. What the call has not started with starts it: a
 * `tool-call-start` is not needed. [wire §3 Rules of tolerance]
 */
export const advance = (before: CallState | undefined, event: ToolEvent): CallState => {
  const state = before ?? begin(event.toolCallId ?? '');
  const { call, whole, joined } = state;
  switch (event.type) {
    case 'tool-call-start': {
      const start = isUnderWay(state) ? begin(call.toolCallId) : state;
      const named = { ...start.call, toolName: event.toolName ?? call.toolName };
      return isGiven(event.input)
        ? stateOf({ ...named, args: json(event.input) }, { ...start, whole: true, read: {} })
        : stateOf(named, start);
    }
    case 'tool-call-delta': {
      // A model announces arguments that it is about to spell as `input: {}`.
      const args = whole ? event.delta : call.args + event.delta;
      return event.delta === ''
        ? state
        : stateOf({ ...call, args }, { whole: false, joined, read: {} });
    }
    case 'tool-result-delta': {
      const result = (joined ?? '') + event.delta;
      if (result === joined) return state;
      return stateOf(call.completed ? call : { ...call, result }, { ...state, joined: result });
    }
    case 'tool-result-end': {
      // "`0`, `false`, `""`, `[]`, `{}` are results; only null or absent means 'join the deltas'."
      // An end that adds nothing to an earlier one leaves it: the same result in another spelling.
      const result = event.result ?? (joined || call.result);
      return stateOf(
        { ...call, result, completed: true, missing: false },
        { ...state, joined: undefined },
      );
    }
    case 'todo-update':
      return stateOf({ ...call, todos: event.todos }, state);
    case 'tool-call-end':
    case 'tool-result-start':
      return state;
  }
};

/** A tool call after a gap of the stream: one that was open may have gone on in it. */
export const gapped = (state: CallState): CallState =>
  state.call.completed || state.call.missing
    ? state
    : stateOf({ ...state.call, missing: true }, state);

/** The arguments that a text is; of a call that is not over, as far as they are certain. */
const inputOf = ({ args, completed }: CallState['call'], read: Read): unknown => {
  if (!('whole' in read)) read.whole = parsed(args);
  if (completed || read.whole !== undefined) return read.whole;
  if (!('partial' in read)) read.partial = partialJson(args);
  return read.partial;
};

/** `console.log` in Node would show a getter as `[Getter]`. */
const inspected: PropertyDescriptor = {
  value(this: ToolCall) {
    return { ...this };
  },
};
const inspect = Symbol.for('nodejs.util.inspect.custom');

/** A call as it is shown. Its arguments are parsed when somebody reads them, and not for every delta. */
export const callOf = (state: CallState): ToolCall => {
  const { call, read, shown } = state;
  if (shown !== undefined) return shown;
  const now: ToolCall = {
    ...call,
    get input() {
      return inputOf(call, read);
    },
  };
  state.shown = Object.defineProperty(now, inspect, inspected);
  return now;
};

/** The tool calls of a run. */
export interface Calls {
  readonly add: (event: ToolEvent) => void;
  /** Takes note of a gap of the stream. */
  readonly gap: () => void;
  readonly size: () => number;
  /** The calls as they are now, in order of first sight; to be read whenever they are wanted. */
  readonly version: () => () => readonly ToolCall[];
}

/** Tool calls put together from their events, by `toolCallId`. (A Map: an id may be `__proto__`.) */
export const calls = (): Calls => {
  const states = new Map<string, { readonly index: number; state: CallState }>();
  const { put, version } = versioned(callOf);

  const add = (event: ToolEvent): void => {
    const id = event.toolCallId ?? '';
    const known = states.get(id);
    const state = advance(known?.state, event);
    if (state === known?.state) return;
    const index = known?.index ?? states.size;
    if (known === undefined) states.set(id, { index, state });
    else known.state = state;
    put(index, state);
  };

  const gap = (): void => {
    for (const known of states.values()) {
      const state = gapped(known.state);
      if (state === known.state) continue;
      known.state = state;
      put(known.index, state);
    }
  };

  return { add, gap, size: () => states.size, version };
};
