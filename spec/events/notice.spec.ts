import { decode } from '../../lib/events/decode';
import { isInfrastructure } from '../../lib/events/isInfrastructure';
import { isTerminal } from '../../lib/events/isTerminal';
import { notice } from '../../lib/events/notice';
import { family } from './family';
import { protocol } from './protocol';

describe('notice', () => {
  family(notice, protocol.notice);

  it.each(Object.keys(notice))('%s is free, and does not end the run', (type) => {
    const frame = { type, error: { a: 1 }, message: 5, id: null, delta: [], payload: 'x' };
    const event = decode(JSON.stringify(frame));
    expect(event).toStrictEqual(frame);
    expect(isTerminal(event)).toBe(false);
    expect(isInfrastructure(event)).toBe(false);
  });
});
