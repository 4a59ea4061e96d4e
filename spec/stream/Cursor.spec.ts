import { withDelta } from '../../lib/events/kinds';
import type { RunEvent } from '../../lib/events/RunEvent';
import { Cursor } from '../../lib/stream/Cursor';

const t = (delta: string): RunEvent => ({ type: 'text-delta', delta });

/** Where a stream is that was told these events, with the ids that they came with. */
const after = (...told: readonly (readonly [RunEvent, string?])[]): Cursor => {
  const cursor = Cursor();
  for (const [event, id] of told) {
    if (id !== undefined) cursor.came(event, id);
    cursor.delivered(event);
  }
  return cursor;
};

describe('Cursor', () => {
  it('is nowhere where nothing has an id', () => {
    expect(after().at).toBeUndefined();
    expect(after([t('a')], [t('b')]).at).toBeUndefined();
    expect(after([t('a')]).isKnown(t('a'))).toBe(false);
  });

  it('is where the last event stands that was delivered, not the last that came', () => {
    const cursor = after([t('a'), '1'], [t('b'), '2']);
    cursor.came(t('c'), '3');
    expect(cursor.at).toBe('2');
  });

  it('is unknown behind an event without an id, until one has it again', () => {
    const event = t('abc');
    const cursor = after([t('a'), '1'], [t('b')]);
    expect(cursor.at).toBeUndefined();
    cursor.came(event, '2');
    cursor.delivered(withDelta(event, 'c')); // the rest of it
    expect(cursor.at).toBeUndefined();
    cursor.delivered(event);
    expect(cursor.at).toBe('2');
  });

  it('knows the first and the last event that was delivered by their ids, and no other', () => {
    const cursor = after([t('a'), '1'], [t('b'), '2'], [t('c'), '3']);
    const known = ['1', '2', '3', '4'].map((id) => {
      const again = t('again');
      cursor.came(again, id);
      return cursor.isKnown(again);
    });
    expect(known).toEqual([true, false, true, false]);
    expect(cursor.isKnown(t('a'))).toBe(false);
  });

  it('goes by no id once it is distrusted', () => {
    const cursor = after([t('a'), '1']);
    cursor.distrust();
    expect(cursor.at).toBeUndefined();
    const next = t('b');
    cursor.came(next, '2');
    cursor.delivered(next);
    expect([cursor.at, cursor.isKnown(next)]).toEqual([undefined, false]);
  });
});
