import { json } from '../../lib/api/json';
import { InvalidArgumentError } from '../../lib/errors';

const cycle: { self?: unknown } = {};
cycle.self = [cycle];

describe('json', () => {
  it('writes what was given, and leaves out what was not', () => {
    expect(json({ a: 1, b: undefined, c: null, d: { e: undefined } })).toBe(
      '{"a":1,"c":null,"d":{}}',
    );
  });

  it.each([
    ['a cycle', cycle],
    ['a BigInt', { count: 7n }],
    [
      'what throws',
      {
        toJSON: () => {
          throw new Error('secret');
        },
      },
    ],
  ])('refuses %s, and names where it is', (_, metadata) => {
    const write = () => json({ message: 'hi', metadata });
    expect(write).toThrow(InvalidArgumentError);
    expect(write).toThrow(/^metadata cannot be written as JSON \(a cycle, or a BigInt\)$/);
  });
});
