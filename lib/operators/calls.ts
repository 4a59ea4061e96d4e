import { advance, type CallState } from './advance';
import type { ToolEvent } from './isToolEvent';
import type { ToolCall } from './ToolCall';
import { versioned } from './versioned';

/** The tool calls of a run. */
export interface Calls {
  readonly add: (event: ToolEvent) => void;
  /** The calls as they are now, in order of first sight; to be read whenever they are wanted. */
  readonly version: () => () => readonly ToolCall[];
}

/** Tool calls put together from their events, by `toolCallId`. (A Map: an id may be `__proto__`.) */
export const calls = (): Calls => {
  const states = new Map<string, { readonly index: number; state: CallState }>();
  const { put, version } = versioned<ToolCall>();

  const add = (event: ToolEvent): void => {
    const id = event.toolCallId ?? '';
    const known = states.get(id);
    const state = advance(known?.state, event);
    if (state === known?.state) return;
    const index = known?.index ?? states.size;
    if (known === undefined) states.set(id, { index, state });
    else known.state = state;
    put(index, state.call);
  };

  return { add, version };
};
