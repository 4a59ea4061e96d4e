import {
  channelOf,
  deltaOf,
  isAside,
  isState,
  isStateChannel,
  isTerminal,
  withDelta,
} from '../events/kinds';
import { DecodeError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { Fingerprint } from './Fingerprint';
import type { Channels } from './Seen';

/** A replay, read from the beginning of one of its turns as the repetition of what was delivered. */
export interface Reading {
  /** What is new in an event: all of it, the rest of its delta, or nothing. */
  read(event: RunEvent): RunEvent | undefined;
  /** `right`: all delivered text has been met again. `wrong`: this is not what was delivered. */
  readonly verdict: 'open' | 'right' | 'wrong';
  /** Whether all else that was delivered has been met, too; but of a state the latest may be enough. */
  readonly isMet: boolean;
}

/** What a replay may be, and what is new in it then. */
export interface Candidate {
  readonly reading: Reading;
  readonly fresh: RunEvent[];
}

export const candidate = (seen: Channels): Candidate => ({ reading: reading(seen), fresh: [] });

/** Of a replay that is read as the repetition of what was delivered, and is none. */
export const unlike = (): Error => new DecodeError('what was replayed is not what was delivered');

/**
 * Drops what was delivered, by position: characters of a delta channel, occurrences of the rest.
 *
 * What is dropped is compared first. The deltas may be joined differently now, but their text must
 * *be* the text that was delivered, to the last character; every other event must be the one that
 * was delivered. One difference is harmless: a server that compacts its history tells the latest
 * state of a thing (a todo list, the usage) where the earlier ones stood. Such a state is new, if it
 * is not one that was delivered later on.
 */
export const reading = (seen: Channels): Reading => {
  const goals = new Map<string, Fingerprint>();
  for (const [channel, print] of seen.deltas) goals.set(channel, { ...print });
  const others = new Map<string, readonly number[]>();
  for (const [channel, prints] of seen.others) others.set(channel, [...prints]);
  const asides = new Map(seen.asides);
  const positions = new Map<string, Fingerprint>();
  const counts = new Map<string, number>();
  let wrong = false;

  const readDelta = (event: RunEvent, delta: string): RunEvent | undefined => {
    const channel = channelOf(event);
    const goal = goals.get(channel);
    if (goal === undefined) return event;
    const position = positions.get(channel) ?? Fingerprint.none();
    positions.set(channel, position);
    const known = Math.min(delta.length, goal.length - position.length);
    Fingerprint.extend(position, delta.slice(0, known));
    if (position.length === goal.length) {
      wrong ||= !Fingerprint.equal(position, goal);
      goals.delete(channel);
    }
    return known === delta.length ? undefined : withDelta(event, delta.slice(known));
  };

  const readOther = (event: RunEvent): RunEvent | undefined => {
    const channel = channelOf(event);
    const prints = others.get(channel) ?? [];
    const count = counts.get(channel) ?? 0;
    if (count >= prints.length) {
      // An ending that was not delivered, before all that was: another turn than ours.
      wrong ||= isTerminal(event) && goals.size > 0;
      return event;
    }
    const print = Fingerprint.ofJson(event);
    const at = isState(event) ? prints.indexOf(print, count) : count;
    if (at === -1) return event;
    wrong ||= prints[at] !== print;
    counts.set(channel, at + 1);
    return undefined;
  };

  /** What a replay may lack is counted, and not compared. */
  const readAside = (event: RunEvent): RunEvent | undefined => {
    const left = asides.get(event.type) ?? 0;
    if (left === 0) return event;
    asides.set(event.type, left - 1);
    return undefined;
  };

  return {
    read(event) {
      if (isAside(event)) return readAside(event);
      const delta = deltaOf(event);
      return delta ? readDelta(event, delta) : readOther(event);
    },
    get verdict() {
      if (wrong) return 'wrong';
      return goals.size === 0 ? 'right' : 'open';
    },
    get isMet() {
      const isLeft = ([channel, prints]: [string, readonly number[]]): boolean =>
        !isStateChannel(channel) && (counts.get(channel) ?? 0) < prints.length;
      return !wrong && goals.size === 0 && ![...others].some(isLeft);
    },
  };
};
