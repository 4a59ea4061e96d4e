import { of, type Observable } from 'rxjs';
import { DecodeError } from '../../lib/errors';
import { decodeEvent } from '../../lib/events/decode';
import type { EventOf, RunEvent } from '../../lib/events/RunEvent';
import { strict } from '../../lib/operators/strict';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'hi' },
  x: decodeEvent('{"type":"text-delta","delta":["secret"]}'),
  y: decodeEvent('{"type":"of-tomorrow"}'),
  k: { type: 'keep-alive' },
};

describe('strict', () => {
  laws(strict);

  it(
    'errors at a malformed event, and lets go of the source',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --m--t--x--t--|', values);
      const subs = '       ^-------!';
      const expected = '   --m--t--#';
      const error = new DecodeError('a frame of the run does not fit the contract', [
        'delta: expected string',
      ]);
      expectObservable(events.pipe(strict())).toBe(expected, values, error);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes what is unknown, and what is housekeeping',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --m-y-k-t-|', values);
      const expected = '   --m-y-k-t-|';
      expectObservable(events.pipe(strict())).toBe(expected, values);
    }),
  );

  it('says what is wrong, and no values', () => {
    let error: unknown;
    of(values['x']!)
      .pipe(strict())
      .subscribe({ error: (thrown) => (error = thrown) });
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ problems: ['delta: expected string'] });
    expect(String(error)).toBe(
      'DecodeError: a frame of the run does not fit the contract: delta: expected string',
    );
  });

  it('takes malformed events from the type', () => {
    const run$ = of(...Object.values(values));
    run$.pipe(strict()) satisfies Observable<Exclude<RunEvent, EventOf<'malformed'>>>;
    // @ts-expect-error: without it they are there
    run$ satisfies Observable<Exclude<RunEvent, EventOf<'malformed'>>>;
  });
});
