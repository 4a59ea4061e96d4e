import fc from 'fast-check';
import { anyText } from '../helpers/anyText';
import { Fingerprint } from '../../lib/stream/Fingerprint';

const { none, extend, equal, isPrefix } = Fingerprint;

const of = (...texts: readonly string[]): Fingerprint => {
  const print = none();
  for (const text of texts) extend(print, text);
  return print;
};

describe('Fingerprint', () => {
  it('is the same in however many pieces a text comes', () => {
    fc.assert(
      fc.property(fc.array(anyText), (texts) => {
        expect(of(...texts)).toEqual(of(texts.join('')));
      }),
    );
  });

  it('tells texts apart', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(equal(of(one), of(other))).toBe(one === other);
      }),
    );
    const texts = ['', '\0', '\0\0', 'ab', 'ba', 'a b', 'a  b', 'é', 'e\u0301', '🎈', '\uD83C'];
    const prints = texts.map((text) => JSON.stringify(of(text)));
    expect(new Set(prints).size).toBe(texts.length);
  });

  it('is the same however a long text is cut, ASCII or not, and between the halves of a pair', () => {
    const long = fc.oneof(
      fc.string({ minLength: 50, maxLength: 9_000 }),
      fc.array(anyText, { minLength: 50, maxLength: 400 }).map((texts) => texts.join('')),
      fc.constantFrom(
        'é'.repeat(300),
        '日本'.repeat(1_500),
        '🎈'.repeat(1_200),
        '\ufffd'.repeat(99),
      ),
    );
    fc.assert(
      fc.property(long, anyText, long, fc.nat(), (one, odd, other, at) => {
        const text = one + odd + other;
        const cut = at % (text.length + 1);
        const byUnit = of(...text.split(''));
        expect(of(text)).toEqual(byUnit);
        expect(of(text.slice(0, cut), text.slice(cut))).toEqual(byUnit);
      }),
      { numRuns: 60 },
    );
  });

  it('knows the texts that begin with its own', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, more) => {
        expect(isPrefix(of(text), text + more)).toBe(true);
        expect(isPrefix(of(more), text)).toBe(text.startsWith(more));
      }),
    );
  });
});
