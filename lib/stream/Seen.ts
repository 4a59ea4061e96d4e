import { asksPeople, channelOf, deltaOf, idOf, isAside } from '../events/kinds';
import type { DeltaEvent, RunEvent } from '../events/RunEvent';
import { Fingerprint } from './Fingerprint';
import { count, none, type Tally } from './Tally';

/** The channel of the latest delta. */
interface Latest {
  /** Undefined for a type nobody knows: its channel is looked up each time. */
  readonly type: RunEvent['type'] | undefined;
  readonly id: unknown;
  readonly print: Fingerprint;
}

const NOBODY: Latest = { type: undefined, id: undefined, print: Fingerprint.none() };

/** Channels that are kept apart, some 100 bytes each, and events in them, 8 bytes each: a run that has more cannot be healed. */
const MOST_CHANNELS = 100_000;
const MOST_OTHERS = 1_000_000;

/** What has been told, by position. */
export interface Channels {
  /** The texts that deltas joined to, a channel each. */
  readonly deltas: ReadonlyMap<string, Fingerprint>;
  /** Every other event, a channel each, in order: what is left of it to compare. */
  readonly others: ReadonlyMap<string, readonly number[]>;
  /** What a replay may lack, such as housekeeping, which may come without end: how often, a type each. */
  readonly asides: ReadonlyMap<string, number>;
}

/** The first turn and the latest, once there are two: runs of one turn pay nothing for them. */
export interface Turns {
  readonly first: Channels;
  readonly latest: Seen;
}

/** What a subscriber has been given: made for each subscription. */
export interface Seen extends Tally, Channels {
  readonly turns: Turns | undefined;
  /** What the latest turn said: its `text-delta`s, whatever their ids. */
  readonly text: Fingerprint;
  /** Whether the last word was a question to people. */
  readonly asking: boolean;
  /** Whether there was so much that not all of it is known any more. */
  readonly isTooMuch: boolean;
}

/** As it is now, its asides left out. */
const copyOf = ({ deltas, others }: Channels): Channels => ({
  deltas: new Map([...deltas].map(([channel, print]) => [channel, { ...print }])),
  others: new Map([...others].map(([channel, prints]) => [channel, [...prints]])),
  asides: new Map(),
});

export const Seen = (): Seen => {
  const deltas = new Map<string, Fingerprint>();
  const others = new Map<string, number[]>();
  const asides = new Map<string, number>();
  let otherEvents = 0;
  let isShared = false; // the text of the turn is that of a channel
  let latest: Latest = NOBODY;

  /** Begins what is kept of a channel. */
  const keep = <A>(channels: Map<string, A>, channel: string, begun: A): A => {
    if (channels.size < MOST_CHANNELS) channels.set(channel, begun);
    else seen.isTooMuch = true;
    return begun;
  };

  const noteDelta = (event: RunEvent, delta: string): void => {
    // Deltas come in rows of one channel: it is looked up when it changes.
    if (event.type !== latest.type || idOf(event) !== latest.id) {
      const channel = channelOf(event);
      const print = deltas.get(channel) ?? keep(deltas, channel, Fingerprint.none());
      const type = event.type === 'unknown' ? undefined : event.type;
      latest = { type, id: idOf(event), print };
    }
    const { print } = latest;
    if (event.type === 'text-delta' && seen.text !== print) {
      // What a turn says is what its channel says, as long as it has but one.
      if (seen.text.length === 0 && print.length === 0) {
        seen.text = print;
        isShared = true;
      } else {
        if (isShared) seen.text = { ...seen.text };
        isShared = false;
        Fingerprint.extend(seen.text, delta);
      }
    }
    Fingerprint.extend(print, delta);
  };

  const noteOther = (event: RunEvent): void => {
    if (++otherEvents > MOST_OTHERS) {
      seen.isTooMuch = true;
      return;
    }
    const channel = channelOf(event);
    const print = Fingerprint.ofJson(event);
    const prints = others.get(channel);
    if (prints === undefined) keep(others, channel, [print]);
    else prints.push(print);
  };

  const note = (event: RunEvent): boolean => {
    const wasEnded = seen.ended;
    const ended = count(seen, event);
    if (wasEnded && !ended) {
      seen.text = Fingerprint.none();
      isShared = false;
      seen.turns = { first: seen.turns?.first ?? copyOf(seen), latest: Seen() };
    }
    seen.turns?.latest.note(event);
    const isSameType = event.type === latest.type; // of one type, whose kind need not be looked up
    if (!isSameType && isAside(event)) {
      asides.set(event.type, (asides.get(event.type) ?? 0) + 1);
      return ended;
    }
    seen.asking = !isSameType && asksPeople(event);
    const delta = isSameType ? (event as DeltaEvent).delta : deltaOf(event);
    if (delta) noteDelta(event, delta);
    else noteOther(event);
    return ended;
  };

  const seen: { -readonly [K in keyof Seen]: Seen[K] } = {
    ...none(),
    turns: undefined,
    deltas,
    others,
    asides,
    text: Fingerprint.none(),
    asking: false,
    isTooMuch: false,
    note,
  };
  return seen;
};
