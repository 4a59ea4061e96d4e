import type { EventOf } from '../events/RunEvent';

/** A text that grows by pieces. */
export interface Pages {
  readonly add: (piece: string) => void;
  readonly text: () => string;
}

const page = 4096;

/**
 * Pieces joined, a page at a time. V8 keeps `a + b` as a pair, and a text of a hundred thousand
 * pieces as as many pairs, which every snapshot keeps from the garbage collector; a slice is flat.
 */
export const pages = (): Pages => {
  let full = '';
  let last = '';

  return {
    add: (piece) => {
      last += piece;
      if (last.length <= page) return;
      const end = last.length - (last.length % page);
      full += last.slice(0, end);
      last = last.slice(end);
    },
    text: () => full + last,
  };
};

type Written = 'reasoning' | 'thinking' | 'plan';

/** An event of a text that is written in sections. */
export type SectionEvent = EventOf<`${Written}-${'start' | 'delta' | 'end'}`>;

/** A text that grows by sections. */
export interface Sections {
  readonly add: (event: SectionEvent) => void;
  readonly text: () => string;
}

/**
 * Deltas joined, "one newline between sections (a section ends at its `-end`, at a `-start`, at
 * another id; where the text already ends with a newline none is added)" [wire §3], and at another
 * kind of event. A section without text is none, and a delta without an id goes on with the section
 * that is open.
 */
export const sections = (): Sections => {
  const { add, text } = pages();
  let needsLine = false; // there is text, and no newline at its end
  let fresh = false;
  let kind = '';
  let id: string | undefined;

  return {
    add: (event) => {
      const isDelta = 'delta' in event;
      if (isDelta && event.delta === '') return;
      const its = event.type.slice(0, event.type.indexOf('-'));
      if (!isDelta || its !== kind || (event.id !== undefined && event.id !== id)) {
        fresh = true;
        kind = its;
        ({ id } = event);
      }
      if (!isDelta) return;
      add(fresh && needsLine ? `\n${event.delta}` : event.delta);
      needsLine = !event.delta.endsWith('\n');
      fresh = false;
    },
    text,
  };
};
