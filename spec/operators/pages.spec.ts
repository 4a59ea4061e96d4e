import fc from 'fast-check';
import { pages } from '../../lib/operators/pages';

describe('pages', () => {
  it('joins its pieces, however they fall on pages', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'x'.repeat(4095),
        'y'.repeat(4096),
        'z'.repeat(4097),
        '\u{1f600}'.repeat(5000),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { add, text } = pages();
        pieces.forEach((piece, i) => {
          add(piece);
          expect(text()).toBe(pieces.slice(0, i + 1).join(''));
        });
      }),
    );
  });

  it('begins empty', () => {
    expect(pages().text()).toBe('');
  });
});
