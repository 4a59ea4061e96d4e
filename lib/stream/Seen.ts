import { isDelta, type DeltaEvent } from '../events/isDelta';
import type { RunEvent } from '../events/RunEvent';
import { channelOf } from './channelOf';
import { Fingerprint } from './Fingerprint';
import { hasEnded } from './hasEnded';

/** What a subscriber has been given, by position: made for each subscription. */
export interface Seen {
  /** Takes an event as delivered. */
  note(event: RunEvent): void;
  /** The texts that deltas joined to, a channel each. */
  readonly deltas: ReadonlyMap<string, Fingerprint>;
  /** Occurrences of every other event, a channel each; a delta without text is one. */
  readonly counts: ReadonlyMap<string, number>;
  /** What the latest turn said: its `text-delta`s, whatever their ids. */
  readonly text: Fingerprint;
  /** Whether that turn has ended. */
  readonly ended: boolean;
  readonly events: number;
  /** Length of the text of all turns. */
  readonly characters: number;
  readonly run_id: number | undefined;
}

export const Seen = (): Seen => {
  const deltas = new Map<string, Fingerprint>();
  const counts = new Map<string, number>();
  let text = Fingerprint.none();
  let ended = false;
  let events = 0;
  let characters = 0;
  let run_id: number | undefined;
  let id: string | undefined;
  let print: Fingerprint | undefined;

  const printOf = (event: DeltaEvent): Fingerprint => {
    const channel = channelOf(event);
    const print = deltas.get(channel) ?? Fingerprint.none();
    deltas.set(channel, print);
    return print;
  };

  return {
    note(event) {
      events++;
      const wasEnded = ended;
      ended = hasEnded(ended, event);
      if (wasEnded && !ended) text = Fingerprint.none();
      if (event.type === 'text-delta' && event.delta !== '') {
        // Nine events in ten, in rows of one id: their channel is looked up when the id changes.
        if (print === undefined || event.id !== id) print = printOf(event);
        ({ id } = event);
        Fingerprint.extend(print, event.delta);
        Fingerprint.extend(text, event.delta);
        characters += event.delta.length;
      } else if (isDelta(event) && event.delta !== '') {
        Fingerprint.extend(printOf(event), event.delta);
      } else {
        const channel = channelOf(event);
        counts.set(channel, (counts.get(channel) ?? 0) + 1);
        if (event.type === 'metadata') run_id ??= event.payload.run_id;
      }
    },
    deltas,
    counts,
    get text() {
      return text;
    },
    get ended() {
      return ended;
    },
    get events() {
      return events;
    },
    get characters() {
      return characters;
    },
    get run_id() {
      return run_id;
    },
  };
};
