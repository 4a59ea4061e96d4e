import { of, type Observable } from 'rxjs';
import type { EventOf, RunEvent } from '../../lib/events/RunEvent';
import { ofType } from '../../lib/operators/ofType';
import { strict } from '../../lib/operators/strict';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'hi' },
  e: { type: 'error', error: 'no' },
  d: { type: 'done' },
};

describe('ofType', () => {
  laws(() => ofType('text-delta', 'done'));

  it(
    'passes the events of the given types',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --m--t--e--t--d--|', values);
      const subs = '       ^----------------!';
      const expected = '   -----t--e--t-----|';
      expectObservable(events.pipe(ofType('text-delta', 'error'))).toBe(expected, values);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it('types what it passes', () => {
    const run$ = of(...Object.values(values));
    const narrow: Observable<EventOf<'text-delta' | 'error'>> = run$.pipe(
      ofType('text-delta', 'error'),
    );
    const errors: string[] = [];
    narrow.pipe(ofType('error')).subscribe(({ error }) => errors.push(error));
    expect(errors).toEqual(['no']);
    ofType('done') satisfies (source: Observable<RunEvent>) => Observable<EventOf<'done'>>;

    // @ts-expect-error: an event of one type is no event of another
    run$.pipe(ofType('text-delta')) satisfies Observable<EventOf<'done'>>;
    // @ts-expect-error: misspelt
    run$.pipe(ofType('text_delta'));
    // @ts-expect-error: no type at all
    run$.pipe(ofType());
    // @ts-expect-error: there is no `done` among them
    narrow.pipe(ofType('done'));
    // @ts-expect-error: nor a `malformed` after `strict()`
    run$.pipe(strict(), ofType('malformed'));
  });
});
