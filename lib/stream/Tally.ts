import { hasEnded } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';

/** What takes note of a stream's events, one by one. */
export interface Notes {
  /** Whether the latest turn has ended. */
  readonly ended: boolean;
  /** Takes an event as passed on; whether its turn has ended by now. */
  note(event: RunEvent): boolean;
}

/** What a subscriber has been given, in numbers. */
export interface Tally extends Notes {
  readonly events: number;
  /** Length of the text of all turns. */
  readonly characters: number;
  readonly run_id: number | undefined;
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

/** Counts what is passed on, of a turn that has ended or not. */
export const Tally = (ended = false): Tally => {
  const tally = {
    ...none(),
    ended,
    note: (event: RunEvent) => count(tally, event),
  };
  return tally;
};
