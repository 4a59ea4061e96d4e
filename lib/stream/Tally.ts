import { hasEnded } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';

/** What takes note of a stream's events, one by one. */
export interface Notes {
  /** Takes an event as passed on; whether its turn has ended by now. */
  note(event: RunEvent): boolean;
}

/** What a subscriber has been given, in numbers. */
export interface Tally extends Notes {
  readonly events: number;
  /** Length of the text of all turns. */
  readonly characters: number;
  readonly run_id: number | undefined;
  /** Whether the latest turn has ended. */
  readonly ended: boolean;
}

type Counts = { -readonly [K in keyof Omit<Tally, 'note'>]: Tally[K] };

/** Nothing yet. */
export const none = (): Counts => ({ events: 0, characters: 0, run_id: undefined, ended: false });

/** Counts an event; whether its turn has ended by now. */
export const count = (counts: Counts, event: RunEvent): boolean => {
  counts.events++;
  if (event.type === 'text-delta') counts.characters += event.delta.length;
  else if (event.type === 'metadata') counts.run_id ??= event.payload.run_id;
  return (counts.ended = hasEnded(counts.ended, event));
};

/** Counts what is passed on. */
export const Tally = (): Tally => {
  const tally = {
    ...none(),
    note: (event: RunEvent) => count(tally, event),
  };
  return tally;
};
