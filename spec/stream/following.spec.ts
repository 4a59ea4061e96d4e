import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { ConnectionError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { Cursor } from '../../lib/stream/Cursor';
import { following } from '../../lib/stream/following';
import { Seen } from '../../lib/stream/Seen';
import { Tally } from '../../lib/stream/Tally';
import type { Turn } from '../../lib/stream/trim';
import { marbles } from '../helpers/marbles';

const t = (delta: string): RunEvent => ({ type: 'text-delta', delta });
const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  a: t('a'),
  b: t('b'),
  r: { type: 'run_metrics' },
  u: { type: 'metadata', payload: { usage: {} } },
  d: { type: 'done' },
};

/** What follows `delivered`, on a connection that counts as it comes; ids are marbles. */
const followed =
  (delivered: string, turn: Turn, seen = Seen()): MonoTypeOperatorFunction<RunEvent> =>
  (rest) =>
    defer(() => {
      const cursor = Cursor();
      const pass = (event: RunEvent, id: string): void => {
        cursor.came(event, id);
        cursor.delivered(event);
      };
      for (const marble of delivered) {
        seen.note(values[marble]!);
        pass({ ...values[marble]! }, marble);
      }
      const told = Tally(seen.ended);
      const idOf = (event: RunEvent) => Object.keys(values).find((id) => values[id] === event)!;
      return rest.pipe(
        tap((event) => {
          told.note(event);
          cursor.came(event, idOf(event));
        }),
        following(seen, told, turn, cursor),
      );
    });

describe('following', () => {
  it.each<readonly [string, string, Turn, string, string]>([
    ['all of it', 'ma', 'first', '-b-d|', '-b-d|'],
    ['what was said before', 'ma', 'first', '-b-b-d|', '-b-b-d|'],
    ['the next turn of a run that was joined', 'mad', 'first', '-rb|', '-rb|'],
    ['further turns of a run that was joined', 'ma', 'first', '-bdbd|', '-bdbd|'],
    ['one turn, and its bill', 'ma', 'last', '-bdru-|', '-bdru-|'],
    ['one turn, where another begins', 'ma', 'last', '-bd-b-d|', '-bd-|'],
    ['an error', 'ma', 'last', '-b#', '-b#'],
  ])('passes on %s', (_, delivered, turn, rest, expected) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(rest, values);
      expectObservable(source.pipe(followed(delivered, turn))).toBe(expected, values);
    })();
  });

  it.each([
    ['the first event', '-m-b'],
    ['the last event', '-a-b'],
  ])('fails where %s that was delivered comes again', (_, rest) => {
    marbles(({ cold, expectObservable, flush }) => {
      const seen = Seen();
      const source = cold(rest, values).pipe(followed('mda', 'first', seen));
      const error = new ConnectionError('what was to follow had been delivered');
      expectObservable(source).toBe('-#', values, error);
      flush();
      expect(seen.events).toBe(3);
    })();
  });

  it('notes what it passes on', () => {
    marbles(({ cold, expectObservable, flush }) => {
      const seen = Seen();
      expectObservable(cold('bd-b|', values).pipe(followed('ma', 'last', seen))).toBe(
        'bd-|',
        values,
      );
      flush();
      expect([seen.events, seen.characters, seen.ended]).toEqual([4, 2, true]);
    })();
  });
});
