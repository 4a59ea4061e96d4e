import { failure } from './failure';
import type { EventOf, RunEvent } from './RunEvent';

/** An event that ends a run's turn. */
export type TerminalEvent = EventOf<'done' | 'cancelled' | Exclude<keyof typeof failure, 'error'>>;

const { error: _goesOn, ...failures } = failure;
const terminal: ReadonlySet<string> = new Set(['done', 'cancelled', ...Object.keys(failures)]);

/** Whether an event ends the run: `done`, `cancelled`, or a failure it cannot come back from. [wire §3] */
export const isTerminal = (event: RunEvent): event is TerminalEvent => terminal.has(event.type);
