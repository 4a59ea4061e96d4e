import { decode } from '../../lib/events/decode';
import { isInfrastructure } from '../../lib/events/isInfrastructure';
import { isTerminal } from '../../lib/events/isTerminal';
import { infrastructure } from '../../lib/events/infrastructure';
import { family } from './family';
import { protocol } from './protocol';

describe('infrastructure', () => {
  family(infrastructure, protocol.infrastructure);

  it.each(Object.keys(infrastructure))('%s is free, and housekeeping', (type) => {
    const frame = { type, error: { a: 1 }, message: 5, id: null, delta: [], payload: 'x' };
    const event = decode(JSON.stringify(frame));
    expect(event).toStrictEqual(frame);
    expect(isTerminal(event)).toBe(false);
    expect(isInfrastructure(event)).toBe(true);
  });
});
