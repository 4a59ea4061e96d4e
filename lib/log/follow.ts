import {
  asapScheduler,
  defaultIfEmpty,
  defer,
  noop,
  Observable,
  Subscription,
  take,
  type ObservableInput,
} from 'rxjs';
import { inner } from '../operator';
import type { End, Entry, Mark, Reading, ReadOptions } from './RunLog';

/** What a look into a log finds after a mark. */
export type Found = Reading | { readonly type: 'nothing' };

/** The mark before the first entry. */
export const START: Mark = { pos: 0, fingerprint: '' };

/** What a reader is told at once at the most; more only where a single entry is longer. */
export const MOST_ENTRIES = 256;
export const MOST_BYTES = 256 * 1024;

/** Entries of a log that lie in memory, from the one after `base` to the last there is. */
export interface Stretch {
  readonly gen: string;
  readonly base: Mark;
  readonly entries: readonly Entry[];
  readonly end: End | undefined;
}

/** What follows a mark in a stretch; undefined where the mark is not in it. */
export const foundIn = ({ gen, base, entries, end }: Stretch, after: Mark): Found | undefined => {
  const first = after.pos - base.pos;
  const mark = first === 0 ? base : entries[first - 1];
  if (mark?.fingerprint !== after.fingerprint) return undefined;
  let last = first;
  for (let size = 0; last < entries.length && last - first < MOST_ENTRIES && size < MOST_BYTES;)
    size += entries[last++]!.data.length;
  if (last > first) return { type: 'entries', gen, entries: entries.slice(first, last) };
  return end === undefined ? { type: 'nothing' } : { type: 'closed', end };
};

/** What a storage has to offer to be followed. */
export interface Followed {
  /** Rings when there may be something new. */
  readonly bell: Observable<unknown>;
  /** What stands after a mark, at this moment. */
  readonly look: (after: Mark | undefined) => ObservableInput<Found>;
}

/**
 * History, then live, without a gap: the bell is heard before the first look, and where it rang
 * during a look that found nothing, there is another one.
 *
 * Nothing is kept for a reader but its mark. A slow one looks when it is ready, at what stands there
 * by then.
 */
export const follow = (
  { bell, look }: Followed,
  { after, ready }: ReadOptions = {},
): Observable<Reading> =>
  new Observable((subscriber) => {
    let mark = after;
    let rung = false;
    let waiting = false;
    let step = Subscription.EMPTY;
    subscriber.add(() => step.unsubscribe());

    const first = <A>(source: () => ObservableInput<A>, next: (value: A) => void): void => {
      const one = inner<A>(subscriber, { next, complete: noop });
      step = one;
      defer(source).pipe(take(1)).subscribe(one);
    };
    // In a task of its own: a history of any length needs no stack, and appends in one go ring once.
    const lookLater = (): void => {
      waiting = false;
      step = asapScheduler.schedule(() => {
        rung = false;
        first(() => look(mark), onFound);
      });
    };
    const onFound = (found: Found): void => {
      if (found.type === 'nothing') {
        if (rung) lookLater();
        else waiting = true;
        return;
      }
      subscriber.next(found);
      if (found.type !== 'entries') subscriber.complete();
      if (found.type !== 'entries' || subscriber.closed) return;
      mark = found.entries.at(-1) ?? mark;
      if (ready === undefined) lookLater();
      else first(() => defer(ready).pipe(defaultIfEmpty(undefined)), lookLater);
    };

    const ringing = inner(subscriber, {
      next: () => {
        rung = true;
        if (waiting) lookLater();
      },
      complete: noop,
    });
    subscriber.add(ringing);
    bell.subscribe(ringing);
    if (!subscriber.closed) lookLater();
  });
