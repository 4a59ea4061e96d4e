import { json } from '../../events/json';
import type { ToolEvent } from '../../events/RunEvent';
import type { Say } from './events';

/** A tool call on its way. */
interface Call {
  /** What the client calls it. */
  readonly toolCallId: string;
  readonly toolCallName: string;
  isOpen: boolean;
  hasArgs: boolean;
  /** Arguments that came whole, and are sent when no others follow. */
  whole: string | undefined;
  /** The deltas of its result. */
  joined: string | undefined;
  /** What was sent of its result: nothing, an empty one, or one. */
  sent: 'nothing' | 'empty' | 'result';
}

/** The tools that a turn calls. */
export interface Calls {
  readonly add: (event: ToolEvent) => void;
  /** Ends the arguments of all calls. */
  readonly close: () => void;
  /** What the client calls a tool call; undefined of one that it was not told. */
  readonly idOf: (toolCallId: string | undefined) => string | undefined;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const asText = (value: unknown): string => (typeof value === 'string' ? value : json(value));

/**
 * Tool calls, by `toolCallId`. What a call has not started with starts it: a `tool-call-start` is not
 * needed. The client writes on at a call that it knows, so that each has an id of its own in its
 * thread, which ends with the run's own.
 */
export const calls = (say: Say, newId: (name?: string) => string): Calls => {
  const known = new Map<string, Call>();
  const open = new Set<Call>();

  /** The client goes on with a call that it knows. */
  const start = (call: Call): void => {
    if (call.isOpen) return;
    const { toolCallId, toolCallName } = call;
    call.isOpen = true;
    open.add(call);
    say({ type: 'TOOL_CALL_START', toolCallId, toolCallName });
  };
  const begin = (id: string, toolCallName = ''): Call => {
    const call: Call = {
      ...{ toolCallId: newId(id), toolCallName, isOpen: false, hasArgs: false },
      ...{ whole: undefined, joined: undefined, sent: 'nothing' },
    };
    known.set(id, call);
    start(call);
    return call;
  };
  const args = (call: Call, delta: string): void => {
    call.hasArgs = true;
    call.whole = undefined;
    say({ type: 'TOOL_CALL_ARGS', toolCallId: call.toolCallId, delta });
  };
  const end = (call: Call): void => {
    if (!call.isOpen) return;
    if (call.whole !== undefined) args(call, call.whole);
    call.isOpen = false;
    open.delete(call);
    say({ type: 'TOOL_CALL_END', toolCallId: call.toolCallId });
  };
  /** Whether what starts again is another call. [wire §3] */
  const isUnderWay = ({ hasArgs, whole, joined, sent }: Call): boolean =>
    hasArgs || whole !== undefined || joined !== undefined || sent !== 'nothing';

  return {
    add: (event) => {
      const id = event.toolCallId ?? '';
      let call = known.get(id);
      switch (event.type) {
        case 'tool-call-start': {
          if (call !== undefined && isUnderWay(call)) {
            end(call);
            call = undefined;
          }
          call ??= begin(id, event.toolName);
          if (!isGiven(event.input)) return;
          start(call);
          call.whole = json(event.input);
          return;
        }
        case 'tool-call-delta': {
          call ??= begin(id);
          if (event.delta === '') return;
          start(call);
          return args(call, event.delta);
        }
        case 'tool-call-end':
        case 'tool-result-start':
          return end(call ?? begin(id));
        case 'tool-result-delta': {
          call ??= begin(id);
          call.joined = (call.joined ?? '') + event.delta;
          return;
        }
        case 'tool-result-end': {
          call ??= begin(id);
          end(call);
          // "`0`, `false`, `""`, `[]`, `{}` are results; only null or absent means 'join the deltas'."
          const content = isGiven(event.result) ? asText(event.result) : (call.joined ?? '');
          call.joined = undefined;
          if (call.sent === 'result' || (call.sent === 'empty' && content === '')) return;
          call.sent = content === '' ? 'empty' : 'result';
          const { toolCallId } = call;
          return say({
            ...({ type: 'TOOL_CALL_RESULT', messageId: newId(), role: 'tool' } as const),
            ...{ toolCallId, content },
          });
        }
        case 'todo-update':
          return;
      }
    },
    close: () => open.forEach(end),
    idOf: (toolCallId) => known.get(toolCallId ?? '')?.toolCallId,
  };
};
