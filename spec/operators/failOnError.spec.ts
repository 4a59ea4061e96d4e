import { of, type Observable } from 'rxjs';
import { RunFailedError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { collectRun } from '../../lib/operators/collectRun';
import { failOnError } from '../../lib/operators/failOnError';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';
import { resultOf } from './runs';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'hi' },
  e: { type: 'error', error: 'secret words', error_code: 'billing' },
  f: { type: 'SANDBOX_UNAVAILABLE', error: 'secret words' },
  x: { type: 'cancelled' },
  d: { type: 'done' },
};

const errorOf = (source: Observable<unknown>): unknown => {
  let error: unknown;
  source.subscribe({ error: (thrown) => (error = thrown) });
  return error;
};
const failureOf = (diagram: string): unknown =>
  errorOf(of(...[...diagram].map((marble) => values[marble]!)).pipe(failOnError()));

describe('failOnError', () => {
  laws(failOnError);

  it(
    'passes every event on, and errors at the end',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --m--t--e--d--|', values);
      const subs = '       ^-------------!';
      const expected = '   --m--t--e--d--#';
      const { m, t, e, d } = values;
      const error = new RunFailedError(
        'run 7 failed (billing); its errors and what it produced are in error.result',
        resultOf(m!, t!, e!, d!),
      );
      expectObservable(events.pipe(failOnError())).toBe(expected, values, error);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it.each(['mtd', 'td', 't', '', 'etdtd', 'xtd'])('completes after %j', (diagram) => {
    expect(failureOf(diagram)).toBeUndefined();
  });

  it.each([
    ['med', 'run 7 failed (billing);'],
    ['mtfd', 'run 7 failed (SANDBOX_UNAVAILABLE);'],
    ['f', 'the run failed (SANDBOX_UNAVAILABLE);'],
    ['tdef', 'the run failed (billing);'],
    ['mtxd', 'run 7 was cancelled;'],
    ['dtx', 'the run was cancelled;'],
  ])('errors after %j: %s', (diagram, message) => {
    const error = failureOf(diagram);
    expect(error).toBeInstanceOf(RunFailedError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('secret');
    expect((error as RunFailedError).result).toEqual(
      resultOf(...[...diagram].map((marble) => values[marble]!)),
    );
  });

  it('carries the errors in its result, with what they say', () => {
    expect(failureOf('ef')).toMatchObject({
      result: {
        status: 'failed',
        errors: [
          { type: 'error', text: 'secret words', code: 'billing' },
          { type: 'SANDBOX_UNAVAILABLE', text: 'secret words', code: undefined },
        ],
      },
    });
  });

  it('carries plain data', () => {
    const { result } = failureOf('mted') as RunFailedError<object>;
    for (const property of Object.values(Object.getOwnPropertyDescriptors(result)))
      expect(property).toHaveProperty('value');
    expect(Object.getOwnPropertySymbols(result)).toEqual([]);
  });

  it('goes before collectRun(), which hands its error on', () => {
    const error = errorOf(of(values['e']!).pipe(failOnError(), collectRun()));
    expect(error).toBeInstanceOf(RunFailedError);
  });
});
