import { concatMap, defaultIfEmpty, filter, from, map, take, type Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { Fingerprint } from './Fingerprint';
import type { Ended } from './Healing';
import type { Seen } from './Seen';

/**
 * What is missing of a stream whose run has ended, told from the run's record: the rest of the text,
 * then the ending; nothing, when the ending was delivered.
 *
 * Only where it is certain: what was delivered must be the beginning of the text as the record
 * tells it, in its output or in its transcript. Where it is neither, `uncertain` makes the error.
 */
export const settle = (
  seen: Seen,
  { texts, ending }: Ended,
  uncertain: () => Error,
): Observable<RunEvent> =>
  texts.pipe(
    filter((text) => Fingerprint.isPrefix(seen.text, text)),
    filter((text) => !seen.ended || text.length === seen.text.length),
    take(1),
    defaultIfEmpty(undefined),
    map((text): readonly RunEvent[] => {
      if (text === undefined) throw uncertain();
      if (seen.ended) return [];
      const rest = text.slice(seen.text.length);
      return [
        ...(rest === '' ? [] : [{ type: 'text-delta', delta: rest } as const]),
        // An error that was delivered is in the record too.
        ...ending.filter(({ type }) => type !== 'error' || !seen.counts.has('error')),
      ];
    }),
    concatMap((events) => from(events)),
  );
