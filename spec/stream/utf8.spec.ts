import fc from 'fast-check';
import { utf8 } from '../../lib/stream/utf8';
import { anyText } from '../helpers/anyText';
import { bytes } from '../helpers/wire';

/** What chunks say together. */
const textOf = (chunks: readonly Uint8Array[]): string => {
  const decode = utf8();
  return chunks.map((chunk) => decode(chunk)).join('') + decode();
};

/** What the platform says of all of them at once. */
const wholeText = (chunks: readonly Uint8Array[]): string =>
  new TextDecoder().decode(Buffer.concat(chunks));

const cut = (whole: Uint8Array, places: readonly number[]): readonly Uint8Array[] => {
  const cuts = places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
  return [0, ...cuts].map((start, i) => whole.subarray(start, cuts[i] ?? whole.length));
};

const places = fc.array(fc.nat(), { maxLength: 6 });
const seed = Math.floor(Math.random() * 2 ** 31);

describe('utf8', () => {
  it(`decodes text that is cut anywhere (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(anyText), places, (texts, places) => {
        const chunks = cut(bytes(texts.join('data: \n\n')), places);
        expect(textOf(chunks)).toBe(wholeText(chunks));
      }),
      { numRuns: 500, seed },
    );
  });

  it(`decodes what is no UTF-8 as the platform does, wherever it is cut (seed ${seed})`, () => {
    const odd = fc.constantFrom(
      0x41,
      0x0a,
      0xc3,
      0xa9,
      0xe2,
      0x82,
      0xac,
      0xf0,
      0x9f,
      0xef,
      0xbb,
      0xbf,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 40 }), places, (units, places) => {
        const chunks = cut(Uint8Array.from(units), places);
        expect(textOf(chunks)).toBe(wholeText(chunks));
      }),
      { numRuns: 2_000, seed },
    );
  });

  it('takes away the mark that a body begins with, however it is cut, and no other', () => {
    const whole = bytes('\ufeffone\n\ufefftwo\n');
    for (let at = 0; at <= whole.length; at++) {
      expect(textOf([whole.subarray(0, at), whole.subarray(at)])).toBe('one\n\ufefftwo\n');
    }
    expect(textOf([bytes('one\n'), bytes('\ufefftwo\n')])).toBe('one\n\ufefftwo\n');
  });

  it('decodes large chunks, ASCII and other, in turns', () => {
    const chunks = ['a', 'é', 'a', '日', 'é', 'a'].map((unit) => bytes(`${unit.repeat(3_000)}\n`));
    expect(textOf(chunks)).toBe(wholeText(chunks));
  });

  it('passes over empty chunks', () => {
    const [first, second] = [bytes('é').subarray(0, 1), bytes('é').subarray(1)];
    expect(textOf([new Uint8Array(), first, new Uint8Array(), second, new Uint8Array()])).toBe('é');
  });

  it('minds each body for itself', () => {
    utf8()(bytes('é').subarray(0, 1));
    expect(textOf([bytes('\ufeffa')])).toBe('a');
  });
});
