import {
  concatMap,
  defer,
  EMPTY,
  expand,
  finalize,
  interval,
  merge,
  shareReplay,
  type Observable,
} from 'rxjs';
import type { Stretch } from '../log/follow';
import type { End, Entry, LogStat, Mark } from '../log/RunLog';
import type { Bell } from './bells';

/** What Redis holds after a mark, as far as one answer goes. */
export interface Range {
  readonly type: 'range';
  readonly gen: string;
  readonly entries: readonly Entry[];
  /** The last position there is. */
  readonly pos: number;
  readonly end: End | undefined;
}

export type Ranged = Range | { readonly type: 'rewound' } | { readonly type: 'gone' };

/** What the tail of a run is made of. */
export interface Source {
  readonly bell: Observable<Bell>;
  readonly stat: () => Promise<LogStat | undefined>;
  readonly range: (after: Mark) => Promise<Ranged>;
}

/** Of what came before the latest range, so much is kept for readers that are a little behind. */
const MOST_KEPT = 64 * 1024;

const atOf = ({ base, entries }: Stretch): Mark => entries.at(-1) ?? base;

/** A stretch that goes on, without its oldest entries. */
const longer = ({ base, entries }: Stretch, { gen, entries: fresh, pos, end }: Range): Stretch => {
  let kept = entries.length;
  for (let size = 0; kept > 0 && size < MOST_KEPT; kept--) size += entries[kept - 1]!.data.length;
  const all = [...entries.slice(kept), ...fresh];
  const stretch = { gen, base: entries[kept - 1] ?? base, entries: all };
  return { ...stretch, end: atOf({ ...stretch, end }).pos === pos ? end : undefined };
};

/**
 * The end of a run's log, in memory: the one reader of this process, whose entries all viewers
 * share. It looks when the bell rings for something it has not got; after each (re)subscription,
 * for bells may have rung unheard; and every so often, for bells can be lost. Undefined when it has
 * to begin anew: each reader then finds out for itself where it stands.
 */
const tail = ({ bell, stat, range }: Source, poll: number): Observable<Stretch | undefined> =>
  defer(() => {
    let stretch: Stretch | undefined;

    const isKnown = (why: Bell | number): boolean => {
      if (stretch === undefined || typeof why === 'number' || why.type !== 'rung') return false;
      const [pos, state] = why.as.split(' ');
      return Number(pos) <= atOf(stretch).pos && (state === 'open') === (stretch.end === undefined);
    };
    /** Whether there is news, and whether there is more. */
    const look = async (): Promise<{ news: boolean; more: boolean }> => {
      if (stretch === undefined) {
        const log = await stat();
        stretch = log && { gen: log.gen, base: log.at, entries: [], end: log.end };
        return { news: true, more: false };
      }
      const found = await range(atOf(stretch));
      if (found.type !== 'range') {
        stretch = undefined;
        return { news: true, more: found.type === 'rewound' };
      }
      const { entries, pos, end } = found;
      if (entries.length === 0 && end === stretch.end) return { news: false, more: false };
      stretch = longer(stretch, found);
      return { news: true, more: atOf(stretch).pos < pos };
    };
    const lookOn = defer(look).pipe(expand(({ more }) => (more ? defer(look) : EMPTY)));

    return merge(bell, interval(poll)).pipe(
      concatMap((why) => (isKnown(why) ? EMPTY : lookOn)),
      concatMap(({ news }) => (news ? [stretch] : [])),
    );
  });

/** The tails of the runs that somebody here watches: one a run, however many watch. */
export const tails = (
  sourceOf: (run: string) => Source,
  poll: number,
): ((run: string) => Observable<Stretch | undefined>) => {
  const watched = new Map<string, Observable<Stretch | undefined>>();
  return (run) => {
    const known = watched.get(run);
    if (known !== undefined) return known;
    const shared = tail(sourceOf(run), poll).pipe(
      finalize(() => watched.delete(run)),
      shareReplay({ bufferSize: 1, refCount: true }),
    );
    watched.set(run, shared);
    return shared;
  };
};
