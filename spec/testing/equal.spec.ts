import { StreamInterruptedError } from 'm8tes-rx';
import { equal } from '../../lib/testing/equal';

const ring = () => {
  const ring: { self?: unknown; a: number } = { a: 1 };
  ring.self = ring;
  return ring;
};
const failed = (message: string, cause?: unknown) => new Error(message, { cause });

describe('equal', () => {
  it.each([
    [1, 1],
    [NaN, NaN],
    ['a', 'a'],
    [undefined, undefined],
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [{ a: 1, b: undefined }, { a: 1 }],
    [new Date(5), new Date(5)],
    [/a/g, /a/g],
    [new Set([1, { a: 2 }]), new Set([1, { a: 2 }])],
    [new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    [failed('a', failed('b')), failed('a', failed('b'))],
    [ring(), ring()],
  ])('%#: the same', (one, other) => {
    expect(equal(one, other)).toBe(true);
  });

  it.each([
    [1, 2],
    [0, -0],
    [1, '1'],
    [null, undefined],
    [null, {}],
    [{}, []],
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    [new Date(5), new Date(6)],
    [/a/g, /a/i],
    [new Set([1]), new Set([2])],
    [new Map([['a', 1]]), new Map([['a', 2]])],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 3)],
    [failed('a'), failed('b')],
    [failed('a', 1), failed('a', 2)],
    [new TypeError('a'), new Error('a')],
    [
      new StreamInterruptedError('a', { run_id: 1, delivered: { events: 1, characters: 1 } }),
      new StreamInterruptedError('a', { run_id: 1, delivered: { events: 2, characters: 1 } }),
    ],
    [ring(), { ...ring(), a: 2 }],
    [() => 1, () => 1],
  ])('%#: not the same', (one, other) => {
    expect(equal(one, other)).toBe(false);
    expect(equal(other, one)).toBe(false);
  });
});
