import { random } from '../../lib/testing/random';

describe('random', () => {
  it('is what the seed decides, from 0 up to 1', () => {
    const draw = (seed: number) => Array.from({ length: 200 }, random(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(3).every((number) => number >= 0 && number < 1)).toBe(true);
  });
});
