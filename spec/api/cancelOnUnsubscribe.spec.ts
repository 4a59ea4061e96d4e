import { config, NEVER, of, Subject, take, throwError } from 'rxjs';
import { cancelOnUnsubscribe } from '../../lib/api/cancelOnUnsubscribe';
import type { RunEvent } from '../../lib/events/RunEvent';
import { marbles } from '../helpers/marbles';

const begun: RunEvent = { type: 'metadata', payload: { run_id: 7 } };
const text: RunEvent = { type: 'text-delta', delta: 'hi' };
const done: RunEvent = { type: 'done' };

const cancelling = () => {
  const report = jest.fn();
  const cancelled = jest.fn();
  const cancel = jest.fn((_: number | undefined) => {
    cancelled();
    return of('cancelled');
  });
  return { report, cancel, cancelled };
};

describe('cancelOnUnsubscribe', () => {
  it(
    'passes everything on',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const { cancel, report } = cancelling();
      const source = cold('-m-t-#', { m: begun, t: text });
      expectObservable(source.pipe(cancelOnUnsubscribe(cancel, report))).toBe('-m-t-#', {
        m: begun,
        t: text,
      });
      expectSubscriptions(source.subscriptions).toBe('^----!');
    }),
  );

  it.each<[string, (RunEvent | 'end' | 'fail')[], number | undefined, number]>([
    ['before any event', [], undefined, 1],
    ['before the run is known', [text], undefined, 1],
    ['once the run is known', [begun, text], 7, 1],
    ['after the last event', [begun, done], 7, 1],
    ['after the stream has ended', [begun, done, 'end'], undefined, 0],
    ['after the stream has failed', [begun, 'fail'], undefined, 0],
  ])('when it is left %s', (_, steps, run_id, times) => {
    const { cancel, report } = cancelling();
    const source = new Subject<RunEvent>();
    const subscription = source
      .pipe(cancelOnUnsubscribe(cancel, report))
      .subscribe({ error: () => {} });
    for (const step of steps) {
      if (step === 'end') source.complete();
      else if (step === 'fail') source.error(new Error('cut'));
      else source.next(step);
    }
    expect(cancel).not.toHaveBeenCalled();
    subscription.unsubscribe();
    expect(cancel.mock.calls).toEqual(Array.from({ length: times }, () => [run_id]));
    expect(source.observed).toBe(false);
  });

  it('when enough was taken', () => {
    const { cancel, report } = cancelling();
    of(begun, text, done).pipe(cancelOnUnsubscribe(cancel, report), take(2)).subscribe();
    expect(cancel.mock.calls).toEqual([[7]]);
  });

  it('keeps the first run it hears of', () => {
    const { cancel, report } = cancelling();
    const other: RunEvent = { type: 'metadata', payload: { run_id: 8 } };
    of(begun, other, text).pipe(cancelOnUnsubscribe(cancel, report), take(3)).subscribe();
    expect(cancel.mock.calls).toEqual([[7]]);
  });

  it('reports a cancelling that fails to who listens, and to nobody else', () => {
    const unhandled = jest.fn();
    config.onUnhandledError = unhandled;
    const { report } = cancelling();
    const error = new Error('no answer');
    NEVER.pipe(cancelOnUnsubscribe(() => throwError(() => error), report))
      .subscribe()
      .unsubscribe();
    expect(report).toHaveBeenCalledWith(error);
    config.onUnhandledError = null;
    expect(unhandled).not.toHaveBeenCalled();
  });
});
