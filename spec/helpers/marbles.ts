import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/**
 * A spec told in marbles, in virtual time:
 * `it('…', marbles(({ cold, expectObservable }) => { … }))`.
 */
export const marbles =
  (spec: (helpers: RunHelpers) => void): (() => void) =>
  () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(spec);
  };
