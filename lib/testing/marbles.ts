import type { Observable } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { InvalidArgumentError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { equal } from './equal';
import { brokenOff, eventsOf, type MarbleValues } from './fakeRun';
import { letters } from './letters';

/** What a spec in marbles is told with: RxJS's helpers, and runs. */
export interface MarbleHelpers extends RunHelpers {
  /** A run as marbles; a cold Observable of the spec's own scheduler. */
  readonly fakeRun: (
    marbles: string,
    values?: MarbleValues,
    error?: unknown,
  ) => Observable<RunEvent> & Pick<ReturnType<RunHelpers['cold']>, 'subscriptions'>;
  /** What the letters stand for, to expect them: `toBe('m-t-(d|)', letters)`. */
  readonly letters: typeof letters;
}

/** The greatest number that is less than 1. */
const MOST = 1 - 2 ** -53;

/** Milliseconds that are looked at: what is kept alive for ever would never let virtual time end. */
const LAST = 7 * 86_400_000;

/**
 * A spec in marbles, in virtual time, in any runner: `it('…', marbles(({ fakeRun, … }) => { … }))`.
 * What is expected is compared all the way down.
 *
 * No Promise settles in virtual time: neither `await` nor a client on `fetch` gets anywhere in here, but
 * a client on {@link fakeApi} does. A wait that chance would have is as long as it may be, so that a
 * backoff is the same each time, and what is not over after a week is looked at no further.
 *
 * @example
 * ```ts
 * import { textOnly } from 'm8tes-rx';
 * import { marbles } from 'm8tes-rx/testing';
 *
 * it('shows what is said', marbles(({ fakeRun, expectObservable }) => {
 *   const shown = fakeRun('m-a-b-(d|)', { a: 'Hel', b: 'lo' }).pipe(textOnly());
 *   expectObservable(shown).toBe('--a-b-|', { a: 'Hel', b: 'lo' });
 * }));
 * ```
 */
export const marbles =
  (spec: (helpers: MarbleHelpers) => void): (() => void) =>
  () => {
    let isOver = false;
    const { random } = Math;
    const scheduler = new TestScheduler(mustEqual);
    const tell = (helpers: RunHelpers): void => {
      scheduler.maxFrames = LAST;
      const told: unknown = spec({
        ...helpers,
        fakeRun: (text, values, error) =>
          helpers.cold(text, eventsOf(text, values), error ?? brokenOff(text, values)),
        letters,
      });
      isOver = typeof (told as PromiseLike<void> | undefined)?.then !== 'function';
    };
    Math.random = () => MOST;
    try {
      scheduler.run(tell);
    } finally {
      Math.random = random;
    }
    if (isOver) return;
    throw new InvalidArgumentError(
      'marbles',
      'must be given a function that is not async: no Promise settles in virtual time',
    );
  };

/** What RxJS compares: what was seen and what was expected, frame by frame. */
interface Seen {
  readonly frame?: number;
  readonly notification?: {
    readonly kind: 'N' | 'E' | 'C';
    readonly value?: unknown;
    readonly error?: unknown;
  };
  readonly subscribedFrame?: number;
  readonly unsubscribedFrame?: number;
}

const shown = (value: unknown): string =>
  value instanceof Error
    ? `${value.name}: ${value.message}`
    : (JSON.stringify(value) ?? 'undefined');

const line = ({ frame, notification, subscribedFrame, unsubscribedFrame }: Seen): string => {
  if (notification === undefined) return `  subscribed ${subscribedFrame} to ${unsubscribedFrame}`;
  const { kind, value, error } = notification;
  const what = { N: () => shown(value), E: () => `# ${shown(error)}`, C: () => '|' }[kind]();
  return `  ${frame} ${what}`;
};

const lines = (all: unknown): string =>
  Array.isArray(all) && all.length > 0
    ? (all as readonly Seen[]).map(line).join('\n')
    : '  nothing';

const mustEqual = (actual: unknown, expected: unknown): void => {
  if (equal(actual, expected)) return;
  // Runners show these two side by side.
  throw Object.assign(
    new Error(`the marbles differ. Seen:\n${lines(actual)}\nexpected:\n${lines(expected)}`),
    { name: 'AssertionError', actual, expected, showDiff: true },
  );
};
