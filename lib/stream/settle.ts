import { concatMap, defaultIfEmpty, EMPTY, filter, of, take, type Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { Fingerprint } from './Fingerprint';
import type { Ended } from './Healing';
import type { Seen } from './Seen';

/**
 * What is missing of a stream whose run has ended, told from the run's record: that it is told from
 * there, the rest of the text, then the ending; nothing, when the ending was delivered. Its metadata
 * come before the text where the run's id was not delivered, as in a stream.
 *
 * Only where it is certain: what was delivered must be the beginning of the text as the record
 * tells it, in its output or in its transcript. Where it is neither, `uncertain` makes the error.
 */
export const settle = (
  seen: Seen,
  { texts, metadata, ending }: Ended,
  uncertain: () => Error,
): Observable<readonly RunEvent[]> =>
  texts.pipe(
    filter((text) => Fingerprint.isPrefix(seen.text, text)),
    filter((text) => !seen.ended || text.length === seen.text.length),
    take(1),
    defaultIfEmpty(undefined),
    concatMap((text) => {
      if (text === undefined) throw uncertain();
      if (seen.ended) return EMPTY;
      const rest = text.slice(seen.text.length);
      const words: readonly RunEvent[] = rest === '' ? [] : [{ type: 'text-delta', delta: rest }];
      return of<readonly RunEvent[]>([
        { type: 'settled' },
        ...(seen.run_id === undefined ? [metadata, ...words] : [...words, metadata]),
        // An error that was delivered is in the record too.
        ...ending.filter(({ type }) => type !== 'error' || !seen.others.has('error')),
      ]);
    }),
  );
