import { concat, defer, EMPTY, of, throwError, type Observable } from 'rxjs';
import type { RunEvent } from '../../lib/events/RunEvent';
import type { Ended } from '../../lib/stream/Healing';
import { Seen } from '../../lib/stream/Seen';
import { settle } from '../../lib/stream/settle';
import { toldBy } from '../helpers/told';

const t = (delta: string): RunEvent => ({ type: 'text-delta', delta });
const metadata: RunEvent = { type: 'metadata', payload: { run_id: 7, usage: { total_tokens: 3 } } };
const failed: RunEvent = { type: 'error', error: 'out of credit' };
const done: RunEvent = { type: 'done', stop_reason: 'end_turn' };

const seenOf = (...delivered: readonly RunEvent[]): Seen => {
  const seen = Seen();
  delivered.forEach(seen.note);
  return seen;
};

const uncertain = new Error('its record tells another text');
const rest = (
  seen: Seen,
  texts: Observable<string>,
  ending: readonly RunEvent[] = [metadata, done],
) => {
  const ended: Ended = { run: {}, isOver: true, texts, ending };
  return toldBy(settle(seen, ended, () => uncertain));
};

describe('settle', () => {
  it('tells the rest of the text, then the ending', () => {
    expect(rest(seenOf(t('ab')), of('abcd'))).toEqual({
      values: [t('cd'), metadata, done],
      ended: 'completed',
    });
  });

  it('tells the ending alone when all of the text was delivered', () => {
    expect(rest(seenOf(t('a'), t('b')), of('ab')).values).toEqual([metadata, done]);
  });

  it('tells the whole text when nothing was delivered', () => {
    expect(rest(seenOf(), of('ab')).values).toEqual([t('ab'), metadata, done]);
  });

  it('asks the transcript where the output is not certain, and not before', () => {
    let asked = 0;
    const transcript = defer(() => {
      asked++;
      return of('abcd');
    });
    expect(rest(seenOf(t('ab')), concat(of('abc'), transcript)).values[0]).toEqual(t('c'));
    expect(asked).toBe(0);
    expect(rest(seenOf(t('ab')), concat(of('else'), transcript)).values[0]).toEqual(t('cd'));
    expect(asked).toBe(1);
  });

  it.each([
    ['another text', of('xbcd', 'ax')],
    ['less than was delivered', of('a', '')],
    ['nothing', EMPTY],
  ])('is uncertain where the record tells %s', (_, texts) => {
    expect(rest(seenOf(t('ab')), texts)).toEqual({ values: [], ended: 'failed', error: uncertain });
  });

  it('fails as the record does', () => {
    const error = new Error('no answer');
    const texts = throwError(() => error);
    expect(rest(seenOf(), texts)).toEqual({ values: [], ended: 'failed', error });
  });

  it('tells of the failure, unless it was delivered', () => {
    const ending = [metadata, failed, done];
    expect(rest(seenOf(t('ab')), of('ab'), ending).values).toEqual(ending);
    expect(rest(seenOf(t('ab'), failed), of('ab'), ending).values).toEqual([metadata, done]);
  });

  it('tells nothing more of a turn whose ending was delivered', () => {
    expect(rest(seenOf(t('ab'), done), of('ab'))).toEqual({ values: [], ended: 'completed' });
  });

  it('is uncertain where the record tells more than was said before the ending', () => {
    expect(rest(seenOf(t('ab'), done), of('abcd')).error).toBe(uncertain);
  });

  it('compares the latest turn with the record, which tells no other', () => {
    const next: RunEvent = { type: 'metadata', payload: { run_id: 7 } };
    const seen = seenOf(t('ab'), done, next, t('x'));
    expect(rest(seen, of('xy')).values).toEqual([t('y'), metadata, done]);
    expect(rest(seenOf(t('ab'), done, next), of('xy')).values[0]).toEqual(t('xy'));
  });
});
