import { concat, concatAll, defer, EMPTY, of, throwError, type Observable } from 'rxjs';
import type { RunEvent } from '../../lib/events/RunEvent';
import type { Ended } from '../../lib/stream/Healing';
import { Seen } from '../../lib/stream/Seen';
import { settle } from '../../lib/stream/settle';
import { toldBy } from '../helpers/told';

const t = (delta: string): RunEvent => ({ type: 'text-delta', delta });
const begun: RunEvent = { type: 'metadata', payload: { run_id: 7 } };
const metadata: RunEvent = { type: 'metadata', payload: { run_id: 7, usage: { total_tokens: 3 } } };
const failed: RunEvent = { type: 'error', error: 'out of credit' };
const done: RunEvent = { type: 'done', stop_reason: 'end_turn' };

const seenOf = (...delivered: readonly RunEvent[]): Seen => {
  const seen = Seen();
  delivered.forEach((event) => seen.note(event));
  return seen;
};

const settled: RunEvent = { type: 'settled' };
const uncertain = new Error('its record tells another text');
const rest = (seen: Seen, texts: Observable<string>, ending: readonly RunEvent[] = [done]) => {
  const ended: Ended = { run: {}, isOver: true, isWaiting: false, texts, metadata, ending };
  return toldBy(settle(seen, ended, () => uncertain).pipe(concatAll()));
};

describe('settle', () => {
  it('tells that it is settled, the rest of the text, then the ending', () => {
    expect(rest(seenOf(begun, t('ab')), of('abcd'))).toEqual({
      values: [settled, t('cd'), metadata, done],
      ended: 'completed',
    });
  });

  it('tells the ending alone when all of the text was delivered', () => {
    expect(rest(seenOf(begun, t('a'), t('b')), of('ab')).values).toEqual([settled, metadata, done]);
  });

  it('tells all of it when nothing was delivered, whose run it is before the text, as a stream does', () => {
    expect(rest(seenOf(), of('ab')).values).toEqual([settled, metadata, t('ab'), done]);
    expect(rest(seenOf({ type: 'ping' }), of('ab')).values).toEqual([
      settled,
      metadata,
      t('ab'),
      done,
    ]);
  });

  it('asks the transcript where the output is not certain, and not before', () => {
    let asked = 0;
    const transcript = defer(() => {
      asked++;
      return of('abcd');
    });
    expect(rest(seenOf(begun, t('ab')), concat(of('abc'), transcript)).values[1]).toEqual(t('c'));
    expect(asked).toBe(0);
    expect(rest(seenOf(begun, t('ab')), concat(of('else'), transcript)).values[1]).toEqual(t('cd'));
    expect(asked).toBe(1);
  });

  it.each([
    ['another text', of('xbcd', 'ax')],
    ['less than was delivered', of('a', '')],
    ['nothing', EMPTY],
  ])('is uncertain where the record tells %s', (_, texts) => {
    expect(rest(seenOf(begun, t('ab')), texts)).toEqual({
      values: [],
      ended: 'failed',
      error: uncertain,
    });
  });

  it('fails as the record does', () => {
    const error = new Error('no answer');
    const texts = throwError(() => error);
    expect(rest(seenOf(), texts)).toEqual({ values: [], ended: 'failed', error });
  });

  it('tells of the failure, unless it was delivered', () => {
    const ending = [failed, done];
    expect(rest(seenOf(begun, t('ab')), of('ab'), ending).values).toEqual([
      settled,
      metadata,
      ...ending,
    ]);
    expect(rest(seenOf(begun, t('ab'), failed), of('ab'), ending).values).toEqual([
      settled,
      metadata,
      done,
    ]);
  });

  it('tells nothing more of a turn whose ending was delivered', () => {
    expect(rest(seenOf(begun, t('ab'), done), of('ab'))).toEqual({
      values: [],
      ended: 'completed',
    });
  });

  it('is uncertain where the record tells more than was said before the ending', () => {
    expect(rest(seenOf(begun, t('ab'), done), of('abcd')).error).toBe(uncertain);
  });

  it('tells that it is settled, though that was told before: of another gap', () => {
    expect(rest(seenOf(begun, t('a'), settled, t('b')), of('abc')).values).toEqual([
      ...[settled, t('c'), metadata, done],
    ]);
  });

  it('compares the latest turn with the record, which tells no other', () => {
    const seen = seenOf(begun, t('ab'), done, begun, t('x'));
    expect(rest(seen, of('xy')).values).toEqual([settled, t('y'), metadata, done]);
    expect(rest(seenOf(begun, t('ab'), done, begun), of('xy')).values[1]).toEqual(t('xy'));
  });
});
