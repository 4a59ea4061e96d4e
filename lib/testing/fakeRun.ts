import { asyncScheduler, Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { InvalidArgumentError, printable, StreamInterruptedError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { letters } from './letters';

/** What letters stand for: an event, or the text of a `text-delta`. */
export interface MarbleValues {
  readonly [letter: string]: RunEvent | string;
}

/** What happens at a moment. */
interface Moment {
  readonly frame: number;
  readonly notification: {
    readonly kind: 'N' | 'E' | 'C';
    readonly value?: unknown;
  };
}

/** Marbles taken apart, a frame a millisecond as in `TestScheduler.run`. The values are the letters. */
const momentsIn = (marbles: string): readonly Moment[] => {
  const { frameTimeFactor } = TestScheduler;
  TestScheduler.frameTimeFactor = 1;
  try {
    return TestScheduler.parseMarbles(marbles, undefined, undefined, false, true);
  } finally {
    TestScheduler.frameTimeFactor = frameTimeFactor;
  }
};

const lettersIn = (marbles: string): readonly string[] =>
  momentsIn(marbles).flatMap(({ notification: { kind, value } }) =>
    kind === 'N' ? [value as string] : [],
  );

const eventOf = (letter: string, values: MarbleValues): RunEvent => {
  const value = Object.hasOwn(values, letter)
    ? values[letter]
    : new Map<string, RunEvent>(Object.entries(letters)).get(letter);
  if (typeof value === 'string') return { type: 'text-delta', delta: value };
  if (value !== undefined) return value;
  throw new InvalidArgumentError(
    'marbles',
    `have a letter that stands for nothing, ${printable(letter)}: give it a value, or use one of ` +
      Object.keys(letters).join(' '),
  );
};

/** Of the letters of some marbles, the events they stand for. */
export const eventsOf = (
  marbles: string,
  values: MarbleValues = {},
): { readonly [letter: string]: RunEvent } =>
  Object.fromEntries(lettersIn(marbles).map((letter) => [letter, eventOf(letter, values)]));

/** What `#` is, unless it is said: the stream broke off and could not be healed. */
export const brokenOff = (marbles: string, values: MarbleValues = {}): Error => {
  const events = lettersIn(marbles).map((letter) => eventOf(letter, values));
  const characters = events.reduce(
    (sum, event) => sum + (event.type === 'text-delta' ? event.delta.length : 0),
    0,
  );
  return new StreamInterruptedError('the stream of run 123 broke off: so the marbles say', {
    run_id: 123,
    delivered: { events: events.length, characters },
  });
};

/**
 * A run as marbles: a letter an event, `-` a millisecond, `|` the end of the stream, `#` its breaking
 * off. Cold. Time is RxJS's, so it is virtual inside of `marbles()` and `TestScheduler.run`, and
 * elsewhere that of the timers, real or in their place.
 *
 * | letters | stand for                                                       |
 * | ------- | --------------------------------------------------------------- |
 * | `m t d` | metadata, a piece of text, `done`                                |
 * | `h p`   | a piece of its thoughts, of its plan                             |
 * | `cijr`  | a tool: call, piece of the arguments, their end, result          |
 * | `o`     | a list of things to do                                           |
 * | `a w v` | it asks people, waits for them, and hears from them              |
 * | `u s k` | usage, metrics, a keepalive                                      |
 * | `e f x` | an error, a failure that ends the run, cancelled                 |
 *
 * @example
 * ```ts
 * import { textOnly } from 'm8tes-rx';
 * import { fakeRun } from 'm8tes-rx/testing';
 *
 * fakeRun('m-a-b-(d|)', { a: 'Hel', b: 'lo' }).pipe(textOnly()).subscribe(console.log); // Hel, lo
 * ```
 *
 * @see run for a run that is built, and known as what is sent too
 */
export const fakeRun = (
  marbles: string,
  values: MarbleValues = {},
  error: unknown = undefined,
): Observable<RunEvent> => {
  const events = eventsOf(marbles, values);
  const moments = momentsIn(marbles);
  const frames = [...new Set(moments.map(({ frame }) => frame))];
  return new Observable((subscriber) => {
    const happen = ({ notification: { kind, value } }: Moment): void => {
      if (kind === 'N') subscriber.next(events[value as string]!);
      else if (kind === 'C') subscriber.complete();
      else subscriber.error(error ?? brokenOff(marbles, values));
    };
    for (const frame of frames) {
      const now = moments.filter((moment) => moment.frame === frame);
      subscriber.add(asyncScheduler.schedule(() => now.forEach(happen), frame));
    }
  });
};
