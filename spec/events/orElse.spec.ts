import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { orElse } from '../../lib/events/orElse';

const decoded = (codec: t.Decoder<unknown, unknown>, value: unknown): unknown => {
  const result = codec.decode(value);
  return isLeft(result) ? 'refused' : result.right;
};

describe('orElse', () => {
  const text = orElse(t.string, 'nothing');

  it('stands in for what is absent, and null is absent', () => {
    expect(decoded(text, undefined)).toBe('nothing');
    expect(decoded(text, null)).toBe('nothing');
  });

  it('hands on what its codec takes, the empty text too', () => {
    expect(decoded(text, 'a')).toBe('a');
    expect(decoded(text, '')).toBe('');
    expect(decoded(orElse(t.number, 5), 0)).toBe(0);
  });

  it('refuses what its codec refuses', () => {
    for (const value of [0, false, [], {}]) expect(decoded(text, value)).toBe('refused');
  });

  it('is what it decodes to: there, and of its type', () => {
    expect(text.is('')).toBe(true);
    expect(text.is(undefined)).toBe(false);
    expect(text.is(null)).toBe(false);
    expect(text.is(5)).toBe(false);
  });

  it('is called like its codec, which is what a problem names', () => {
    expect(text.name).toBe('string');
    expect(text.encode('a')).toBe('a');
  });
});
