import { watched } from '../../lib/api/watched';
import { TimeoutError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { decode } from '../../lib/events/decode';
import { marbles } from '../helpers/marbles';

const values: { readonly [marble: string]: RunEvent } = {
  t: { type: 'text-delta', delta: 'hi' },
  k: decode('{"type":"keep-alive"}'),
  u: decode('{"type":"hologram","secret":1}'),
  i: decode('{"type":"hologram","subtype":"init"}'),
  m: decode('{"type":"text-delta","delta":{"secret":1}}'),
  b: decode('secret'),
};
const stalled = new TimeoutError(
  'the run has said nothing for 5 ms; it may be going on: read it with runs.get()',
  'timeouts.stall',
  5,
);

describe('watched', () => {
  it(
    'passes every event on, and sets no timer unless it is asked to',
    marbles(({ cold, expectObservable }) => {
      const source = cold('-t-k-u-m 60m b|', values);
      expectObservable(source.pipe(watched(Infinity, () => {}))).toBe('-t-k-u-m 60m b|', values);
    }),
  );

  it(
    'is a TimeoutError when nothing but housekeeping comes for too long',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  ---t---k-k--t', values);
      const subs = '         ^-------!';
      const expected = '     ---t---k#';
      expectObservable(source.pipe(watched(5, () => {}))).toBe(expected, values, stalled);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'is content with anything that may be for somebody',
    marbles(({ cold, expectObservable }) => {
      const source = cold('----u---m---t----|', values);
      expectObservable(source.pipe(watched(5, () => {}))).toBe('----u---m---t----|', values);
    }),
  );

  it('tells the log of what could not be understood, in paths and names and no values', () => {
    const onLog = jest.fn();
    marbles(({ cold, flush }) => {
      cold('tkuimb|', values).pipe(watched(Infinity, onLog)).subscribe();
      flush();
    })();
    const entries = onLog.mock.calls.map(([entry]) => entry);
    expect(entries).toEqual([
      { level: 'debug', message: 'a frame is of the unknown type hologram' },
      { level: 'warn', message: expect.stringMatching(/^a frame is malformed: delta: expected /) },
      { level: 'warn', message: expect.stringMatching(/^a frame is malformed: /) },
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });
});
