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

  it('goes on with a part of a text', () => {
    const print = of('ab');
    extend(print, 'cdef', 2);
    expect(print).toEqual(of('abcd'));
    extend(print, 'x', 0);
    expect(print).toEqual(of('abcd'));
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
