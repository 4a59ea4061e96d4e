import { isRight } from 'fp-ts/Either';
import fc from 'fast-check';
import { object } from '../../lib/events/object';
import { problems } from '../../lib/events/problems';
import * as arbitrary from './arbitrary';

describe('object', () => {
  it.each([{}, { a: null }, Object.create(null) as object])('takes %j as it is', (value) => {
    expect(object.is(value)).toBe(true);
    expect(object.decode(value)).toStrictEqual({ _tag: 'Right', right: value });
  });

  it.each([null, undefined, true, 0, 'a', [], [{}]])('does not take %j', (value) => {
    expect(object.is(value)).toBe(false);
    const decoded = object.decode(value);
    expect('left' in decoded && problems(decoded.left)).toEqual(['the whole: expected object']);
  });

  it('is what JSON calls an object', () => {
    fc.assert(
      fc.property(arbitrary.json, (value) => {
        const isObject = JSON.stringify(value).startsWith('{');
        expect(object.is(value)).toBe(isObject);
        expect(isRight(object.decode(value))).toBe(isObject);
      }),
    );
  });
});
