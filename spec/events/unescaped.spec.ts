import fc from 'fast-check';
import { unescaped } from '../../lib/events/unescaped';

describe('unescaped', () => {
  it.each([
    ['', ''],
    ['as it is', 'as it is'],
    [String.raw`two\nlines`, 'two\nlines'],
    [String.raw`\"\\\/\b\f\n\r\t`, '"\\/\b\f\n\r\t'],
    [String.raw`\\n`, String.raw`\n`],
    [String.raw`caf\u00E9\n\ud83d\ude42`, 'café\n🙂'],
    [String.raw`\\u0041`, String.raw`\u0041`],
  ])('of %j is %j', (inside, text) => {
    expect(unescaped(inside)).toBe(text);
  });

  it('says what JSON.parse says', () => {
    const pieces = fc.oneof(
      fc.string(),
      fc.constantFrom('\\', '"', '/', '\b', '\f', '\n', '\r', '\t', '\u2028', '\0', 'é', '🙂'),
    );
    fc.assert(
      fc.property(fc.array(pieces), fc.boolean(), (parts, isAscii) => {
        const text = parts.join('');
        const json = JSON.stringify(text)
          .slice(1, -1)
          .replaceAll('/', String.raw`\/`);
        const inside = isAscii
          ? json.replace(
              /[^\x20-\x7e]/g,
              (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
            )
          : json;
        expect(unescaped(inside)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});
