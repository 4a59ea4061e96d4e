import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { optional } from '../../lib/events/optional';

const decoded = (codec: t.Decoder<unknown, unknown>, value: unknown): unknown => {
  const result = codec.decode(value);
  return isLeft(result) ? 'refused' : result.right;
};

describe('optional', () => {
  const text = optional(t.string);

  it('takes null for absent', () => {
    expect(decoded(text, null)).toBeUndefined();
    expect(decoded(text, undefined)).toBeUndefined();
  });

  it('hands on what its codec takes', () => {
    expect(decoded(text, '')).toBe('');
    expect(decoded(text, 'null')).toBe('null');
    expect(decoded(optional(t.number), 0)).toBe(0);
    expect(decoded(optional(t.boolean), false)).toBe(false);
  });

  it('refuses what its codec refuses', () => {
    for (const value of [0, false, [], {}]) expect(decoded(text, value)).toBe('refused');
  });

  it('is what it decodes to: absent or fitting, and null never', () => {
    expect(text.is(undefined)).toBe(true);
    expect(text.is('a')).toBe(true);
    expect(text.is(5)).toBe(false);
    expect(text.is(null)).toBe(false);
  });

  it('has no null even where its codec takes anything', () => {
    const anything = optional(t.unknown);
    expect(anything.is(null)).toBe(false);
    expect(decoded(anything, null)).toBeUndefined();
    for (const value of [0, false, '', [], {}]) {
      expect(anything.is(value)).toBe(true);
      expect(decoded(anything, value)).toBe(value);
    }
  });

  it('is called like its codec, which is what a problem names', () => {
    expect(text.name).toBe('string');
  });

  it('encodes nothing away', () => {
    expect(text.encode('a')).toBe('a');
    expect(text.encode(undefined)).toBeUndefined();
  });
});
