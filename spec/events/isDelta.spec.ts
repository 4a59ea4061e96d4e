import { decode } from '../../lib/events/decode';
import { isDelta } from '../../lib/events/isDelta';
import type { RunEvent } from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';

const deltas = [
  'text-delta',
  'reasoning-delta',
  'thinking-delta',
  'plan-delta',
  'tool-call-delta',
  'tool-result-delta',
];

describe('isDelta', () => {
  it.each(deltas)('%s is one, though it be empty', (type) => {
    expect(isDelta(decode(JSON.stringify({ type })))).toBe(true);
    expect(isDelta(decode(JSON.stringify({ type, delta: 'a' })))).toBe(true);
  });

  it('every type of the table with a `delta` is one, and no other', () => {
    const withDelta = Object.keys(arbitrary.rows).filter(
      (type) => 'delta' in arbitrary.rows[type]!,
    );
    expect(withDelta.sort()).toEqual([...deltas].sort());
    for (const type of Object.keys(arbitrary.rows)) {
      // `message-delta` and `plan_delta` are free: what they call `delta` is not our text.
      const event = decode(JSON.stringify({ type, delta: 'a' }));
      expect(isDelta(event)).toBe(deltas.includes(type));
    }
  });

  it('what is unknown or malformed is none', () => {
    expect(isDelta(decode('{"type":"new-delta","delta":"a"}'))).toBe(false);
    expect(isDelta(decode('{"type":"text-delta","delta":5}'))).toBe(false);
  });

  it('narrows to the events with a text', () => {
    const length = (event: RunEvent): number => (isDelta(event) ? event.delta.length : -1);
    expect(length({ type: 'plan-delta', delta: 'ab' })).toBe(2);
    expect(length({ type: 'done' })).toBe(-1);
  });
});
