import { map, type Observable } from 'rxjs';
import { InvalidArgumentError } from '../../errors';
import type { RunEvent } from '../../events/RunEvent';
import { allowed, rule, type Rules } from '../allowed';
import { decoding } from '../decoding';
import { actsIn } from './acts';
import { playRules } from './replay';
import { bodyOf, type PlayOptions } from './tape';

export interface RecordedRunOptions extends PlayOptions {
  /** Which of the cassette's streams, counted from 0. Default 0. */
  readonly stream?: number | undefined;
}

const rules: Rules<RecordedRunOptions> = { ...playRules, stream: rule.whole };

/**
 * The events of a stream that was recorded, when they came, by RxJS's time: virtual inside of
 * `marbles()` and `TestScheduler.run`. Cold, and with nothing of a client: a stream that broke off
 * errors.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { textOnly } from 'm8tes-rx';
 * import { recordedRun } from 'm8tes-rx/testing';
 *
 * const run$ = recordedRun(readFileSync('cassettes/triage.ndjson', 'utf8'));
 * run$.pipe(textOnly()).subscribe(console.log);
 * ```
 *
 * @see replay for the whole of a cassette, behind a client
 */
export const recordedRun = (
  cassette: string,
  options: RecordedRunOptions = {},
): Observable<RunEvent> => {
  allowed('', options, rules);
  const { stream = 0, pace = 'real', resplit } = options;
  const streams = actsIn(cassette).filter(({ answer }) =>
    answer?.headers['content-type']?.startsWith('text/event-stream'),
  );
  const act = streams[stream];
  if (act === undefined) {
    throw new InvalidArgumentError('stream', `is not there: the cassette has ${streams.length}`);
  }
  return bodyOf(act, { pace, resplit }).pipe(
    map(({ bytes }) => bytes),
    decoding(),
  );
};
