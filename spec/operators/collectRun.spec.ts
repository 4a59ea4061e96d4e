import fc from 'fast-check';
import { concat, from, of, throwError, type Observable } from 'rxjs';
import { StreamInterruptedError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { collectRun } from '../../lib/operators/collectRun';
import type { RunResult } from '../../lib/operators/RunResult';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';
import { events, nothing, resultOf } from './runs';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'two ' },
  u: { type: 'text-delta', delta: 'mails' },
  e: { type: 'error', error: 'no credit', error_code: 'billing' },
  d: { type: 'done', stop_reason: 'end_turn' },
};

const errorOf = (source: Observable<unknown>): unknown => {
  let error: unknown;
  source.subscribe({ error: (thrown) => (error = thrown) });
  return error;
};

describe('collectRun', () => {
  laws(collectRun);

  it(
    'is the whole run, when it is over',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --m--t--u--d--|', values);
      const subs = '       ^-------------!';
      const expected = '   --------------(R|)';
      const R: RunResult = {
        ...nothing,
        run_id: 7,
        status: 'completed',
        text: 'two mails',
        output: 'two mails',
        stop_reason: 'end_turn',
      };
      expectObservable(events.pipe(collectRun())).toBe(expected, { R });
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'has what the run gave beside its words',
    marbles(({ cold, expectObservable }) => {
      const output: RunEvent = { type: 'output', output_data: { draft: 'hi' } };
      const events = cold(' --d-o|', { ...values, o: output });
      const expected = '   -----(R|)';
      const R = resultOf(values['d']!, output);
      expectObservable(events.pipe(collectRun())).toBe(expected, { R });
      expect(R).toMatchObject({ status: 'completed', output_data: { draft: 'hi' } });
    }),
  );

  it(
    'is an empty result of no events',
    marbles(({ cold, expectObservable }) => {
      const events = cold<RunEvent>(' --|');
      const expected = '   --(R|)';
      expectObservable(events.pipe(collectRun())).toBe(expected, { R: nothing });
    }),
  );

  it(
    'is a result of a failed run too, and says that it failed',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --e-d-|', values);
      const expected = '   ------(R|)';
      const R: RunResult = {
        ...nothing,
        status: 'failed',
        errors: [{ type: 'error', text: 'no credit', code: 'billing' }],
        error_code: 'billing',
        stop_reason: 'end_turn',
      };
      expectObservable(events.pipe(collectRun())).toBe(expected, { R });
    }),
  );

  it('gives an interruption what was collected', () => {
    const interruption = new StreamInterruptedError('the stream of run 7 broke off', {
      run_id: 7,
      delivered: { events: 2, characters: 4 },
      run: { id: 7, status: 'running' },
      cause: new Error('socket'),
    });
    const cut = concat(
      of(values['m']!, values['t']!),
      throwError(() => interruption),
    );
    const error = errorOf(cut.pipe(collectRun()));
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).not.toBe(interruption);
    expect(error).toMatchObject({
      message: interruption.message,
      run_id: 7,
      delivered: interruption.delivered,
      run: interruption.run,
      result: { ...nothing, run_id: 7, text: 'two ', output: 'two ' },
    });
    expect((error as Error).cause).toBe(interruption.cause);
    expect(interruption.result).toBeUndefined();
  });

  it('passes other errors untouched', () => {
    const failure = new RangeError('other');
    expect(errorOf(throwError(() => failure).pipe(collectRun()))).toBe(failure);
  });

  it('collects plain data', () => {
    fc.assert(
      fc.property(events, (run) => {
        let collected: RunResult | undefined;
        from(run)
          .pipe(collectRun())
          .subscribe((result) => (collected = result));
        expect(collected).toEqual(resultOf(...run));
        for (const property of Object.values(Object.getOwnPropertyDescriptors(collected)))
          expect(property).toHaveProperty('value');
        expect(Object.getOwnPropertySymbols(collected)).toEqual([]);
      }),
    );
  });
});
