import fc from 'fast-check';
import { partialJson } from '../../lib/events/partialJson';

/** Whether a value may be what has come of another: texts and lists may be cut, and fields be missing. */
const isBeginningOf = (part: unknown, whole: unknown): boolean => {
  if (typeof part === 'string' && typeof whole === 'string') return whole.startsWith(part);
  if (typeof part !== 'object' || part === null || typeof whole !== 'object' || whole === null)
    return Object.is(part, whole);
  return (
    Array.isArray(part) === Array.isArray(whole) &&
    Object.entries(part).every(
      ([name, value]) =>
        Object.hasOwn(whole, name) && isBeginningOf(value, Reflect.get(whole, name)),
    )
  );
};

describe('partialJson', () => {
  it.each<[string, unknown]>([
    ['', undefined],
    ['  ', undefined],
    ['{', {}],
    ['{"q', {}],
    ['{"q"', {}],
    ['{"q":', {}],
    ['{"q":"', { q: '' }],
    ['{"q":"ma', { q: 'ma' }],
    ['{"q":"ma\\', { q: 'ma' }],
    ['{"q":"ma\\n', { q: 'ma\n' }],
    ['{"q":"ma\\u00e', { q: 'ma' }],
    ['{"q":"ma\\u00e9', { q: 'maé' }],
    ['{"q":"ma\\"', { q: 'ma"' }],
    ['{"q":"mail"', { q: 'mail' }],
    ['{"q":"mail",', { q: 'mail' }],
    ['{"q":"mail","n', { q: 'mail' }],
    ['{"n":1', {}],
    ['{"n":1 ', { n: 1 }],
    ['{"n":-1.5e3,', { n: -1500 }],
    ['{"n":tru', {}],
    ['{"n":true', { n: true }],
    ['{"n":null', { n: null }],
    ['{"a":[', { a: [] }],
    ['{"a":[1,2', { a: [1] }],
    ['{"a":["x","y', { a: ['x', 'y'] }],
    ['{"a":{"b":[{"c":"d', { a: { b: [{ c: 'd' }] } }],
    [' \n{ "a" : [ 1 , ', { a: [1] }],
    ['"te', 'te'],
    ['12', undefined],
    ['"a\u2028b', 'a\u2028b'],
  ])('of %j is %j', (text, value) => {
    expect(partialJson(text)).toEqual(value);
  });

  it.each([
    ['q: mail'],
    ['{q: "mail"'],
    ["{'q': 'mail'"],
    ['[1 2 3'],
    ['{"a":1}{'],
    [']'],
    ['{]'],
    ['[}'],
    ['{"n":NaN,'],
    ['{"q":"\\x41",'],
  ])('of %j is none', (text) => {
    expect(partialJson(text)).toBeUndefined();
  });

  it('is a beginning of the whole, whatever is cut off, and the whole in the end', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (whole, indent) => {
        const text = JSON.stringify(whole, undefined, indent);
        for (let length = 0; length < text.length; length++) {
          const part = partialJson(text.slice(0, length));
          expect(part === undefined || isBeginningOf(part, JSON.parse(text))).toBe(true);
        }
        expect(partialJson(`${text} `)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('loses nothing that it had', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (whole) => {
        const text = JSON.stringify(whole);
        let before: unknown;
        for (let length = 1; length < text.length; length++) {
          const now = partialJson(text.slice(0, length));
          expect(before === undefined || isBeginningOf(before, now)).toBe(true);
          before = now;
        }
      }),
    );
  });

  it('keeps names as data', () => {
    const value = partialJson('{"__proto__":{"admin":true},"constructor":"x') as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('takes any depth, and any length', () => {
    let value = partialJson('[{"a":'.repeat(100_000));
    let depth = 0;
    for (; Array.isArray(value); depth++) value = (value[0] as { a?: unknown }).a;
    expect(depth).toBe(100_000);
    expect(partialJson(`{"a":"${'x\\n'.repeat(500_000)}`)).toEqual({ a: 'x\n'.repeat(500_000) });
  });
});
