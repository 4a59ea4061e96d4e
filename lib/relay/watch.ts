import {
  concatMap,
  defer,
  EMPTY,
  of,
  retry,
  timer,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { decodeEvent } from '../events/decode';
import { encodeEvent } from '../events/encode';
import { deltaOf, withDelta } from '../events/kinds';
import { fingerprints } from '../log/fingerprints';
import type { End, Entries, Entry, Mark, RunLog } from '../log/RunLog';

/**
 * Why a viewer is told no more: as the log says; or there is none any more (`gone`); or what it holds
 * is not what the viewer was told (`unlike`).
 */
export type Told = Entries | { readonly type: 'end'; readonly end: End | 'gone' | 'unlike' };

/** From where a viewer looks, and how fast. */
export interface WatchOptions {
  /** What it has been told before. Default: nothing. */
  readonly after?: Mark | undefined;
  /** Whether the log is another than the one that told it: then it is found by what was told. */
  readonly sought?: boolean | undefined;
  /** As a log's `read` has it: what is not asked for waits in the log. */
  readonly ready?: (() => ObservableInput<unknown>) | undefined;
}

/** Milliseconds before a log is looked for again, which doubles; and how often in a row. */
const WAIT = 50;
const LONGEST = 5_000;
const TRIES = 12;

const pause = (failures: number): Observable<unknown> =>
  timer(Math.min(LONGEST, WAIT * 2 ** failures));

/**
 * What follows a fingerprint in a log that may have told the same in other pieces: where it is met
 * in the middle of a delta, the rest of the delta comes first.
 */
export const finding = (fingerprint: string) => {
  const { add, within } = fingerprints();
  let isFound = false;
  return {
    isFound: () => isFound,
    of: (entries: readonly Entry[]): readonly Entry[] => {
      for (const [index, entry] of entries.entries()) {
        if (isFound) return entries.slice(index);
        const event = decodeEvent(entry.data);
        const characters = within(event, fingerprint);
        isFound = add(event) === fingerprint || characters !== undefined;
        const rest = (deltaOf(event) ?? '').slice(characters);
        if (characters === undefined || rest === '') continue;
        const data = encodeEvent(withDelta(event, rest));
        return [{ ...entry, data }, ...entries.slice(index + 1)];
      }
      return [];
    },
  };
};

/**
 * A run as its log tells it, to one viewer: history, then live, each entry once, until the log is
 * closed.
 *
 * A log may lose its end, or all of it, and be built again out of the API by whoever pumps the run.
 * Then a viewer is told nothing until what it was told stands there again, found by its fingerprint,
 * and goes on from there. A storage that fails is asked again, a dozen times, before its error is the
 * viewer's.
 */
export const watch = (
  log: RunLog,
  run: string,
  { after, sought = false, ready }: WatchOptions = {},
): Observable<Told> =>
  defer(() => {
    let mark = after;
    let isSought = sought && after !== undefined;
    let missing = 0; // looks in a row that found no log

    const again = (wait: Observable<unknown> = of(undefined)): Observable<Told> => {
      isSought = mark !== undefined;
      return wait.pipe(concatMap(look));
    };
    const look = (): Observable<Told> => {
      const found = isSought ? finding(mark!.fingerprint) : undefined;
      return log.read(run, { after: found ? undefined : mark, ready }).pipe(
        concatMap((reading): ObservableInput<Told> => {
          if (reading.type === 'rewound') return again();
          if (reading.type === 'gone') {
            return ++missing > TRIES ? [{ type: 'end', end: 'gone' }] : again(pause(missing));
          }
          missing = 0;
          if (reading.type === 'closed') {
            return [{ type: 'end', end: found?.isFound() === false ? 'unlike' : reading.end }];
          }
          const entries = found?.of(reading.entries) ?? reading.entries;
          if (found?.isFound() === false) return EMPTY;
          isSought = false;
          mark = reading.entries.at(-1);
          return entries.length > 0 ? [{ ...reading, entries }] : EMPTY;
        }),
      );
    };
    return defer(look).pipe(
      retry({ count: TRIES, resetOnSuccess: true, delay: (_, failures) => pause(failures) }),
    );
  });
