import { asksPeople, channelOf, deltaOf, hasEnded, isInfrastructure } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { Fingerprint } from './Fingerprint';

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

/** Channels that are kept apart, some 100 bytes each, and events in them, 8 bytes each: a run that has more cannot be healed. */
const MOST_CHANNELS = 100_000;
const MOST_OTHERS = 1_000_000;

/** What a subscriber has been given, by position: made for each subscription. */
export interface Seen extends Tally {
  /** The texts that deltas joined to, a channel each. */
  readonly deltas: ReadonlyMap<string, Fingerprint>;
  /** Every other event, a channel each, in order: what is left of it to compare. */
  readonly others: ReadonlyMap<string, readonly number[]>;
  /** The server's housekeeping, which may come without end: how often, a type each. */
  readonly housekeeping: ReadonlyMap<string, number>;
  /** What the latest turn said: its `text-delta`s, whatever their ids. */
  readonly text: Fingerprint;
  /** Whether the last word was a question to people. */
  readonly asking: boolean;
  /** Whether there was so much that not all of it is known any more. */
  readonly isTooMuch: boolean;
}

export const Seen = (): Seen => {
  const tally = Tally();
  const deltas = new Map<string, Fingerprint>();
  const others = new Map<string, number[]>();
  const housekeeping = new Map<string, number>();
  let otherEvents = 0;
  let text = Fingerprint.none();
  let asking = false;
  let isTooMuch = false;
  let id: string | undefined;
  let print: Fingerprint | undefined;

  /** What is kept of the channel that an event belongs to. */
  const kept = <A>(channels: Map<string, A>, event: RunEvent, fresh: () => A): A => {
    const channel = channelOf(event);
    const known = channels.get(channel);
    if (known !== undefined) return known;
    const made = fresh();
    if (channels.size < MOST_CHANNELS) channels.set(channel, made);
    else isTooMuch = true;
    return made;
  };

  return {
    note(event, told) {
      const wasEnded = tally.ended;
      const ended = tally.note(event, told);
      if (wasEnded && !ended) text = Fingerprint.none();
      if (event.type === 'text-delta' && event.delta !== '') {
        // Nine events in ten, in rows of one id: their channel is looked up when the id changes.
        if (print === undefined || event.id !== id) print = kept(deltas, event, Fingerprint.none);
        ({ id } = event);
        Fingerprint.extend(print, event.delta);
        Fingerprint.extend(text, event.delta);
        asking = false;
        return ended;
      }
      if (isInfrastructure(event)) {
        housekeeping.set(event.type, (housekeeping.get(event.type) ?? 0) + 1);
        return ended;
      }
      asking = asksPeople(event);
      const delta = deltaOf(event);
      if (delta) Fingerprint.extend(kept(deltas, event, Fingerprint.none), delta);
      else if (++otherEvents > MOST_OTHERS) isTooMuch = true;
      else kept(others, event, (): number[] => []).push(Fingerprint.ofJson(event));
      return ended;
    },
    deltas,
    others,
    housekeeping,
    get text() {
      return text;
    },
    get asking() {
      return asking;
    },
    get isTooMuch() {
      return isTooMuch;
    },
    get ended() {
      return tally.ended;
    },
    get events() {
      return tally.events;
    },
    get characters() {
      return tally.characters;
    },
    get run_id() {
      return tally.run_id;
    },
  };
};
