import { isDelta, type DeltaEvent } from '../events/isDelta';
import { isTerminal } from '../events/isTerminal';
import type { RunEvent } from '../events/RunEvent';
import { channelOf } from './channelOf';
import { Fingerprint } from './Fingerprint';
import type { Seen } from './Seen';

/** A replay, read from the beginning of one of its turns as the repetition of what was delivered. */
export interface Reading {
  /** What is new in an event: all of it, the rest of its delta, or nothing. */
  read(event: RunEvent): RunEvent | undefined;
  /** `right`: all delivered text has been met again. `wrong`: this is not what was delivered. */
  readonly verdict: 'open' | 'right' | 'wrong';
}

/**
 * Drops what was delivered, by position: characters of a delta channel, occurrences of the rest.
 * The deltas may be joined differently now, but the text that is dropped must *be* the text that was
 * delivered, to the last character, before the reading is right.
 */
export const reading = (seen: Seen): Reading => {
  const goals = new Map<string, Fingerprint>();
  for (const [channel, print] of seen.deltas) goals.set(channel, { ...print });
  const seenCounts = new Map(seen.counts);
  const positions = new Map<string, Fingerprint>();
  const counts = new Map<string, number>();
  let wrong = false;

  const readDelta = (event: DeltaEvent): RunEvent | undefined => {
    const channel = channelOf(event);
    const goal = goals.get(channel);
    if (goal === undefined) return event;
    const position = positions.get(channel) ?? Fingerprint.none();
    positions.set(channel, position);
    const known = Math.min(event.delta.length, goal.length - position.length);
    Fingerprint.extend(position, event.delta, known);
    if (position.length === goal.length) {
      wrong ||= !Fingerprint.equal(position, goal);
      goals.delete(channel);
    }
    return known === event.delta.length ? undefined : { ...event, delta: event.delta.slice(known) };
  };

  return {
    read(event) {
      if (isDelta(event) && event.delta !== '') return readDelta(event);
      const channel = channelOf(event);
      const count = (counts.get(channel) ?? 0) + 1;
      counts.set(channel, count);
      if (count <= (seenCounts.get(channel) ?? 0)) return undefined;
      // An ending that was not delivered, before all that was: another turn than ours.
      wrong ||= isTerminal(event) && goals.size > 0;
      return event;
    },
    get verdict() {
      if (wrong) return 'wrong';
      return goals.size === 0 ? 'right' : 'open';
    },
  };
};
