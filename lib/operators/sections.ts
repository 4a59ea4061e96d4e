import type { EventOf } from '../events/RunEvent';
import { pages } from './pages';

/** An event of a text that is written in sections. */
export type SectionEvent = EventOf<
  | 'reasoning-start'
  | 'reasoning-delta'
  | 'thinking-start'
  | 'thinking-delta'
  | 'plan-start'
  | 'plan-delta'
>;

/** A text that grows by sections. */
export interface Sections {
  readonly add: (event: SectionEvent) => void;
  readonly text: () => string;
}

/**
 * Deltas joined, "a newline between sections" [wire §3]: a section begins at a start, at another
 * id, or at another kind of event. One without text is none, and a delta without an id goes on with
 * the section that is open.
 */
export const sections = (): Sections => {
  const { add, text } = pages();
  let isEmpty = true;
  let fresh = false;
  let kind = '';
  let id: string | undefined;

  return {
    add: (event) => {
      const isStart = !('delta' in event);
      if (!isStart && event.delta === '') return;
      const its = event.type.slice(0, event.type.indexOf('-'));
      if (isStart || its !== kind || (event.id !== undefined && event.id !== id)) {
        fresh = true;
        kind = its;
        id = event.id;
      }
      if (isStart) return;
      add(fresh && !isEmpty ? `\n${event.delta}` : event.delta);
      isEmpty = false;
      fresh = false;
    },
    text,
  };
};
