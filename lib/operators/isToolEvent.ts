import type { EventOf, RunEvent } from '../events/RunEvent';
import { tools } from '../events/tools';

/** An event about a tool call. */
export type ToolEvent = EventOf<keyof typeof tools>;

/** Whether an event is about a tool call. */
export const isToolEvent = (event: RunEvent): event is ToolEvent =>
  Object.hasOwn(tools, event.type);
