import { map, type OperatorFunction } from 'rxjs';
import { DecodeError } from '../errors';
import type { MalformedEvent, RunEvent } from '../events/RunEvent';

/**
 * Errors with a {@link DecodeError} at the first `malformed` event, which otherwise is an event like
 * any other. It says what is wrong and where, never the values. An `unknown` event passes: a server
 * newer than this version is normal.
 *
 * ```
 * events:    --m--t--x--t--|
 *            strict()
 * result:    --m--t--#
 * ```
 *
 * @example
 * ```ts
 * import { createClient, strict, textOnly } from 'm8tes-rx';
 *
 * createClient()
 *   .runs.create({ message: 'Sort my inbox' })
 *   .pipe(strict(), textOnly())
 *   .subscribe((text) => process.stdout.write(text));
 * ```
 *
 * @see {@link RunResult.malformed} for their number
 */
export const strict = <E extends RunEvent>(): OperatorFunction<E, Exclude<E, MalformedEvent>> =>
  map((event) => {
    if (event.type === 'malformed')
      throw new DecodeError('a frame of the run does not fit the contract', event.problems);
    return event as Exclude<E, MalformedEvent>;
  });
