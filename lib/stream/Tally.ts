import { hasEnded } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';

/** What takes note of a stream's events, one by one. */
export interface Notes {
  /** Takes an event as passed on; whether its turn has ended by now, if nobody knows it yet. */
  note(event: RunEvent, ended?: boolean): boolean;
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

/** Counts what is passed on. */
export const Tally = (): Tally => {
  const tally = {
    events: 0,
    characters: 0,
    run_id: undefined as number | undefined,
    ended: false,
    note: (event: RunEvent, ended = hasEnded(tally.ended, event)): boolean => {
      tally.events++;
      if (event.type === 'text-delta') tally.characters += event.delta.length;
      else if (event.type === 'metadata') tally.run_id ??= event.payload.run_id;
      return (tally.ended = ended);
    },
  };
  return tally;
};
