import { fromLatin1, joined, latin1Of, textOf, utf8, wholeTextOf } from '../../lib/testing/bytes';

describe('utf8 and textOf', () => {
  it('keep every character, a byte order mark too', () => {
    const text = '\uFEFFgrüße 🎈\u2028';
    expect(textOf(utf8(text))).toBe(text);
  });
});

describe('wholeTextOf', () => {
  it('is the text, or nothing where a character is cut', () => {
    const bytes = utf8('aü');
    expect(wholeTextOf(bytes)).toBe('aü');
    expect(wholeTextOf(bytes.subarray(0, 2))).toBeUndefined();
    expect(wholeTextOf(bytes.subarray(2))).toBeUndefined();
  });
});

describe('latin1Of and fromLatin1', () => {
  it('keep every byte, of many too', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256);
    expect(latin1Of(bytes)).toHaveLength(100_000);
    expect(Buffer.compare(fromLatin1(latin1Of(bytes)), bytes)).toBe(0);
  });
});

describe('joined', () => {
  it('puts bytes after bytes', () => {
    expect(textOf(joined([utf8('a'), utf8(''), utf8('bc')]))).toBe('abc');
    expect(joined([])).toHaveLength(0);
  });
});
