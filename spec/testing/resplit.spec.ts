import fc from 'fast-check';
import { resplit } from 'm8tes-rx/testing';
import { joined } from '../../lib/testing/bytes';

describe('resplit', () => {
  it('keeps every byte, in pieces of 1 to 24', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer(), (bytes, seed) => {
        const pieces = resplit(bytes, seed);
        expect(Buffer.compare(joined(pieces), bytes)).toBe(0);
        expect(pieces.every(({ length }) => length >= 1 && length <= 24)).toBe(true);
      }),
    );
  });

  it('cuts the same with the same seed, and takes text', () => {
    const text = 'Grüße, '.repeat(20);
    expect(resplit(text, 3)).toEqual(resplit(text, 3));
    expect(resplit(text, 3)).not.toEqual(resplit(text, 4));
    expect(Buffer.concat([...resplit(text, 3)]).toString()).toBe(text);
  });

  it('gives pieces of their own: what is done to one is not done to the whole', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    resplit(bytes, 1)[0]!.fill(0);
    expect([...bytes]).toEqual([1, 2, 3]);
  });
});
