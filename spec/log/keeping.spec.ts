import { keeping, newGeneration } from '../../lib/log/keeping';

describe('keeping', () => {
  it('is for a day, and of 64 MiB, unless one says otherwise', () => {
    expect(keeping({})).toEqual({ retention: 86_400_000, limit: 67_108_864 });
    expect(keeping({ retention: 1, limit: 2 })).toEqual({ retention: 1, limit: 2 });
  });

  it.each([0, -1, 1.5, NaN, Infinity])('takes no %s', (value) => {
    const refused = { name: 'InvalidArgumentError' };
    expect(() => keeping({ retention: value })).toThrow(expect.objectContaining(refused));
    expect(() => keeping({ limit: value })).toThrow(expect.objectContaining(refused));
  });
});

describe('newGeneration', () => {
  it('is another each time, and has no dash in it, which a cursor separates by', () => {
    const names = Array.from({ length: 100 }, newGeneration);
    expect(new Set(names).size).toBe(100);
    expect(names.every((name) => /^[\da-z]+$/.test(name))).toBe(true);
  });
});
