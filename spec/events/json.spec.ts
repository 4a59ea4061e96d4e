import fc from 'fast-check';
import { json, parsed } from '../../lib/events/json';
import * as arbitrary from './arbitrary';

const deep = (inner: string, levels = 100_000): string =>
  `${'[{"a":'.repeat(levels)}${inner}${'}]'.repeat(levels)}`;

describe('json', () => {
  it('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(arbitrary.json, (value) => {
        expect(json(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('writes what is too deep for JSON.stringify', () => {
    const text = deep('{"b":[1,"\\"\\n\u2028",null,true,-1.5e-7,[],{}],"":"","\\r":0}');
    const value = JSON.parse(text) as unknown;
    expect(() => JSON.stringify(value)).toThrow(RangeError);
    expect(json(value) === text).toBe(true);
  });

  it('writes at any depth what JSON.stringify writes', () => {
    fc.assert(
      fc.property(arbitrary.json, (value) => {
        const inner = JSON.stringify(value);
        expect(json(JSON.parse(deep(inner, 20_000))) === deep(inner, 20_000)).toBe(true);
      }),
      { numRuns: 5 },
    );
  });

  it('leaves out what is undefined, at any depth', () => {
    const value = { a: undefined, b: [undefined], c: 1 };
    const text = '{"b":[null],"c":1}';
    expect(json(value)).toBe(text);
    let outer: unknown = value;
    for (let i = 0; i < 100_000; i++) outer = [outer];
    expect(json(outer) === `${'['.repeat(100_000)}${text}${']'.repeat(100_000)}`).toBe(true);
  });

  it('does not hide that a value has no end', () => {
    const value: unknown[] = [];
    value.push(value);
    expect(() => json(value)).toThrow(TypeError);
  });
});

describe('parsed', () => {
  it.each<[string, unknown]>([
    ['{"a":[1]}', { a: [1] }],
    [' null ', null],
    ['', undefined],
    ['{"a":', undefined],
  ])('reads %j as %j', (text, value) => {
    expect(parsed(text)).toEqual(value);
  });
});
