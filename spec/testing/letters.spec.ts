import { decodeEvent, encodeEvent } from 'm8tes-rx';
import { letters } from 'm8tes-rx/testing';

describe('letters', () => {
  it.each(Object.entries(letters))('%s is an event as it is decoded', (letter, event) => {
    expect(letter).toHaveLength(1);
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
    expect(decodeEvent(encodeEvent(event)).type).not.toBe('unknown');
  });

  it('are each another event', () => {
    const all = Object.values(letters).map((event) => JSON.stringify(event));
    expect(new Set(all).size).toBe(all.length);
  });
});
