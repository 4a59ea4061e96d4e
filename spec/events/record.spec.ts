import { isRight } from 'fp-ts/Either';
import fc from 'fast-check';
import * as t from 'io-ts';
import {
  anything,
  delta,
  flag,
  isObject,
  list,
  number,
  object,
  orElse,
  problems,
  record,
  text,
  textOrNumber,
  within,
  type RecordOf,
} from '../../lib/events/record';
import * as arbitrary from './arbitrary';

/** What a codec makes of a value; of one that it refuses, what is wrong with it. */
const decoded = <A>(codec: t.Decoder<unknown, A>, value: unknown): A | { wrong: unknown } => {
  const result = codec.decode(value);
  return isRight(result) ? result.right : { wrong: problems(result.left) };
};

const fields = {
  name: delta,
  title: orElse(text, 'none'),
  size: number,
  inner: within(record({ id: number })),
};
const thing = record(fields, 'Thing');

describe('a field', () => {
  const all: readonly [string, t.Mixed][] = [
    ['text', text],
    ['number', number],
    ['flag', flag],
    ['object', object],
    ['anything', anything],
    ['textOrNumber', textOrNumber],
    ['list of text', list(text)],
    ['list of objects', list(object)],
    ['list of lists', list(list(number))],
    ['list of records', list(within(record({ id: number })))],
    ['orElse', orElse(text, 'none')],
    ['orElse of a list', orElse(list(object), [])],
    ['delta', delta],
    ['record', thing],
    ['within', within(record({ id: number, tags: list(text) }))],
  ];

  describe.each(all)('%s', (name, codec) => {
    const refuses = ['delta', 'record'].includes(name);

    // What the laws of io-ts ask of a codec, and what we ask of ours.
    it('takes anything, keeps what fits and gives what it is', () => {
      fc.assert(
        fc.property(arbitrary.json, (value) => {
          const result = codec.decode(value);
          if (!isRight(result)) return void expect(refuses && !codec.is(value)).toBe(true);
          expect(codec.is(result.right)).toBe(true);
          expect(codec.encode(result.right)).toBe(result.right);
          // To decode what was decoded changes nothing, and copies nothing.
          expect(codec.decode(result.right)).toStrictEqual(result);
          if (codec.is(value)) expect(result.right).toBe(value);
        }),
      );
    });

    it('takes null for absent, and never has it', () => {
      expect(codec.is(null)).toBe(false);
      expect(decoded(codec, null)).toStrictEqual(decoded(codec, undefined));
    });
  });

  it.each<[string, t.Mixed, unknown, unknown]>([
    ['text', text, 7, '7'],
    ['text', text, -0.5, '-0.5'],
    ['text', text, false, 'false'],
    ['text', text, { text: 'x' }, undefined],
    ['text', text, ['x'], undefined],
    ['number', number, '42', 42],
    ['number', number, '4.2', undefined],
    ['number', number, true, undefined],
    ['flag', flag, 'true', undefined],
    ['flag', flag, 1, undefined],
    ['object', object, [], undefined],
    ['textOrNumber', textOrNumber, '0.10', '0.10'],
    ['textOrNumber', textOrNumber, 0.1, 0.1],
    ['textOrNumber', textOrNumber, [1], undefined],
    ['anything', anything, false, false],
    ['orElse', orElse(number, 5), 'x', 5],
    ['orElse', orElse(number, 5), '0', 0],
    ['orElse', orElse(text, 'none'), '', ''],
    ['delta', delta, null, ''],
    ['delta', delta, true, 'true'],
    ['within', within(record({ id: number })), { id: '1', a: null }, { id: 1, a: null }],
    ['within', within(record({ id: number })), 'x', undefined],
  ])('%s', (_, codec, value, becomes) => {
    expect(decoded(codec, value)).toStrictEqual(becomes);
  });

  it.each([{}, [], { a: 'x' }, ['x']])('a delta refuses %j, which is no text', (value) => {
    expect(decoded(delta, value)).toStrictEqual({ wrong: ['the whole: expected string'] });
  });

  describe('list', () => {
    it('leaves out the items that do not fit, and mends those that can be', () => {
      const value = ['a', 5, null, {}, [], true, 'b'];
      expect(decoded(list(text), value)).toStrictEqual(['a', '5', 'true', 'b']);
      expect(decoded(list(object), [{ a: null }, 'x', null, [{}]])).toStrictEqual([{ a: null }]);
      expect(decoded(list(list(number)), [[1, 'x', '2'], 5])).toStrictEqual([[1, 2]]);
      expect(value).toHaveLength(7);
    });

    it('is absent where there is none, though it be like one', () => {
      for (const value of ['ab', 5, { 0: 'a', length: 1 }]) {
        expect(decoded(list(text), value)).toBeUndefined();
      }
    });

    it('has room for more wrong items than a call has for arguments', () => {
      const wrong = Array.from({ length: 130_000 }, (_, i) => (i % 2 === 0 ? null : [i]));
      expect(decoded(list(text), wrong)).toEqual([]);
      expect(decoded(list(object), [...wrong, { a: 1 }])).toEqual([{ a: 1 }]);
    });
  });

  it('isObject is what JSON calls an object', () => {
    fc.assert(
      fc.property(arbitrary.json, (value) => {
        expect(isObject(value)).toBe(JSON.stringify(value).startsWith('{'));
      }),
    );
    expect(isObject(undefined)).toBe(false);
    expect(isObject(Object.create(null))).toBe(true);
  });
});

describe('record', () => {
  it('hands on what fits as it is, without a copy', () => {
    const value = { name: 'a', title: 'b', size: 1, other: [null] };
    expect(decoded(thing, value)).toBe(value);
  });

  it('fits what does not, in a copy', () => {
    const value = Object.freeze({ other: null, size: null, inner: null, name: 7 });
    expect(thing.is(value)).toBe(false);
    expect(decoded(thing, value)).toStrictEqual({ name: '7', title: 'none', other: null });
    expect(value).toStrictEqual({ other: null, size: null, inner: null, name: 7 });
  });

  it('fits what is nested, in copies', () => {
    const value = { name: 'a', title: 'b', inner: Object.freeze({ id: 'x', other: 1 }) };
    expect(decoded(thing, value)).toStrictEqual({ name: 'a', title: 'b', inner: { other: 1 } });
    expect(value.inner).toStrictEqual({ id: 'x', other: 1 });
  });

  it('keeps unknown fields of any name', () => {
    const json = '{"name":"a","__proto__":{"size":5},"then":1,"toJSON":2,"constructor":3}';
    for (const data of [json, json.replace('{', '{"title":"b",')]) {
      const event = decoded(thing, JSON.parse(data)) as object;
      expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
      expect(Object.keys(event)).toEqual(
        expect.arrayContaining(['__proto__', 'then', 'toJSON', 'constructor']),
      );
      expect(event).not.toHaveProperty('size');
    }
  });

  it.each([null, undefined, 5, 'x', true, [], [{ name: 'a' }]])('refuses %j', (value) => {
    expect(thing.is(value)).toBe(false);
    expect(decoded(thing, value)).toEqual({ wrong: ['the whole: expected Thing'] });
  });

  it('takes any object when it has no fields', () => {
    const value = { a: null };
    expect(decoded(record({}), value)).toBe(value);
    expect(decoded(record({}), [])).toEqual({ wrong: ['the whole: expected object'] });
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
    // @ts-expect-error nothing absent is left in a list
    const gaps: t.TypeOf<ReturnType<typeof list<string>>> = ['a', undefined];
    expect([least, most, untitled, nulled, undefinedSize, write, gaps]).toHaveLength(7);
  });
});

describe('problems', () => {
  const inner = record({ one: record({ name: delta }), two: delta });

  it('says where it is, as deep as that is, and what is expected', () => {
    expect(decoded(inner, { one: { name: {} }, two: [] })).toEqual({
      wrong: ['one.name: expected string', 'two: expected string'],
    });
    expect(decoded(t.array(record({ n: delta })), [{ n: '' }, { n: [] }, 5])).toEqual({
      wrong: ['1.n: expected string', '2: expected object'],
    });
  });

  it('never holds a value', () => {
    const secret = 'm8_secret';
    for (const value of [
      { one: { name: { [secret]: 1 } }, two: [secret] },
      { one: secret, two: { secret } },
      secret,
    ]) {
      const said = JSON.stringify(decoded(inner, value));
      expect(said).toMatch(/"wrong":\[".*expected/);
      expect(said).not.toContain(secret);
    }
  });

  it('has nothing to say of nothing', () => {
    expect(problems([])).toEqual([]);
  });
});
