import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { optional } from '../../lib/events/optional';
import { orElse } from '../../lib/events/orElse';
import { problems } from '../../lib/events/problems';
import { record, type RecordOf } from '../../lib/events/record';

const fields = {
  name: t.string,
  title: orElse(t.string, 'none'),
  size: optional(t.number),
  inner: optional(record({ id: optional(t.number) })),
};
const codec = record(fields, 'Thing');

const decoded = (value: unknown): unknown => {
  const result = codec.decode(value);
  return isLeft(result) ? problems(result.left) : result.right;
};

describe('record', () => {
  it('hands on what fits as it is, without a copy', () => {
    const value = { name: 'a', title: 'b', size: 1, other: [null] };
    expect(decoded(value)).toBe(value);
    expect(codec.is(value)).toBe(true);
  });

  it('fits what does not, in a copy', () => {
    const value = Object.freeze({ other: null, size: null, inner: null, name: 'a' });
    expect(codec.is(value)).toBe(false);
    expect(decoded(value)).toStrictEqual({ name: 'a', title: 'none', other: null });
    expect(value).toStrictEqual({ other: null, size: null, inner: null, name: 'a' });
  });

  it('fits what is nested, in copies', () => {
    const value = { name: 'a', title: 'b', inner: Object.freeze({ id: null, other: 1 }) };
    expect(decoded(value)).toStrictEqual({ name: 'a', title: 'b', inner: { other: 1 } });
    expect(value.inner).toStrictEqual({ id: null, other: 1 });
  });

  it('gives what it is: its decoded value passes its own check', () => {
    for (const value of [{ name: '' }, { name: 'a', size: null }, { name: 'a', inner: {} }]) {
      expect(codec.is(decoded(value))).toBe(true);
    }
  });

  it('keeps unknown fields of any name', () => {
    const json = '{"name":"a","__proto__":{"size":5},"then":1,"toJSON":2,"constructor":3}';
    for (const text of [json, json.replace('{', '{"title":"b",')]) {
      const event = decoded(JSON.parse(text)) as object;
      expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
      expect(Object.keys(event)).toEqual(
        expect.arrayContaining(['__proto__', 'then', 'toJSON', 'constructor']),
      );
      expect(event).not.toHaveProperty('size');
    }
  });

  it('names each field that is wrong, as deep as it is', () => {
    expect(decoded({ title: 5, size: '1', inner: { id: 'x' } })).toEqual([
      'name: expected string',
      'title: expected string',
      'size: expected number',
      'inner.id: expected number',
    ]);
  });

  it.each([null, undefined, 5, 'x', true, [], [{ name: 'a' }]])('refuses %j', (value) => {
    expect(codec.is(value)).toBe(false);
    expect(decoded(value)).toEqual(['the whole: expected Thing']);
  });

  it('takes any object when it has no fields', () => {
    const free = record({});
    expect(free.name).toBe('object');
    expect(free.is({ a: null })).toBe(true);
    expect(free.is([])).toBe(false);
  });

  it('encodes nothing away', () => {
    const value = { name: 'a', title: 'b', other: 1 };
    expect(codec.encode(value)).toBe(value);
  });

  it('has the type that its fields describe', () => {
    type Thing = RecordOf<typeof fields>;
    const least: Thing = { name: 'a', title: 'b' };
    const most: Thing = { ...least, size: 1, inner: { id: 2 } };
    // @ts-expect-error a field with a stand-in is always there
    const untitled: Thing = { name: 'a' };
    // @ts-expect-error an optional field is absent, not null
    const nulled: Thing = { ...least, size: null };
    // @ts-expect-error an optional field is absent, not undefined
    const undefinedSize: Thing = { ...least, size: undefined };
    const write = (thing: Thing): void => {
      // @ts-expect-error what is decoded is read-only
      thing.name = 'b';
    };
    expect([least, most, untitled, nulled, undefinedSize, write]).toHaveLength(6);
  });
});
