import { NEVER, Subscription } from 'rxjs';
import { abortable } from '../../lib/http/abortable';
import { marbles } from '../helpers/marbles';

describe('abortable', () => {
  it(
    'changes nothing without a signal, and nothing with one that keeps quiet',
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-b-|');
      expectObservable(source.pipe(abortable(undefined))).toBe('-a-b-|');
      expectObservable(source.pipe(abortable(new AbortController().signal))).toBe('-a-b-|');
    }),
  );

  it(
    'never subscribes when the signal is aborted already',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-|');
      const reason = new Error('given up');
      const aborted = source.pipe(abortable(AbortSignal.abort(reason)));
      expectObservable(aborted).toBe('#', undefined, reason);
      expectSubscriptions(source.subscriptions).toBe([]);
    }),
  );

  it(
    "errors with the signal's reason, and lets go of its source",
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const controller = new AbortController();
      const reason = new Error('given up');
      const source = cold('        -a-b-c-|');
      const subs = '               ^---!';
      const expected = '           -a-b#';
      cold('----x').subscribe(() => controller.abort(reason));
      const result = source.pipe(abortable(controller.signal));
      expectObservable(result).toBe(expected, undefined, reason);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('says nothing to who has unsubscribed', () => {
    const controller = new AbortController();
    const error = jest.fn();
    NEVER.pipe(abortable(controller.signal)).subscribe({ error }).unsubscribe();
    controller.abort();
    expect(error).not.toHaveBeenCalled();
  });

  it('hangs many streams on one listener: the platform warns from the eleventh on', () => {
    const controller = new AbortController();
    const listen = jest.spyOn(controller.signal, 'addEventListener');
    const errors: unknown[] = [];
    const all = new Subscription();
    for (let i = 0; i < 20; i++) {
      const error = (reason: unknown) => errors.push(reason);
      all.add(NEVER.pipe(abortable(controller.signal)).subscribe({ error }));
    }
    expect(listen).toHaveBeenCalledTimes(1);
    controller.abort('enough');
    expect(errors).toEqual(Array.from({ length: 20 }, () => 'enough'));
  });
});
