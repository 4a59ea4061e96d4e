import { isDelta } from '../events/isDelta';
import type { RunEvent } from '../events/RunEvent';
import { channelOf } from './channelOf';
import { Fingerprint } from './Fingerprint';

/** What a subscriber has been given, by position: made for each subscription. */
export interface Seen {
  /** Takes an event as delivered. */
  note(event: RunEvent): void;
  /** The texts that deltas joined to, a channel each. */
  readonly deltas: ReadonlyMap<string, Fingerprint>;
  /** Occurrences of every other event, a channel each. */
  readonly counts: ReadonlyMap<string, number>;
  /** All of `text-delta`, whatever its ids. */
  readonly text: Fingerprint;
  readonly events: number;
  readonly run_id: number | undefined;
}

export const Seen = (): Seen => {
  const deltas = new Map<string, Fingerprint>();
  const counts = new Map<string, number>();
  const text = Fingerprint.none();
  let events = 0;
  let run_id: number | undefined;

  return {
    note(event) {
      events++;
      const channel = channelOf(event);
      if (isDelta(event)) {
        const print = deltas.get(channel) ?? Fingerprint.none();
        deltas.set(channel, print);
        Fingerprint.extend(print, event.delta);
        if (event.type === 'text-delta') Fingerprint.extend(text, event.delta);
      } else {
        counts.set(channel, (counts.get(channel) ?? 0) + 1);
        if (event.type === 'metadata') run_id ??= event.payload.run_id;
      }
    },
    deltas,
    counts,
    text,
    get events() {
      return events;
    },
    get run_id() {
      return run_id;
    },
  };
};
