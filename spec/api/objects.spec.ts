import { isOver } from '../../lib/api/objects';

describe('isOver', () => {
  it.each([
    ['completed', true],
    ['failed', true],
    ['cancelled', true],
    ['closed', true],
    ['running', false],
    ['paused', false],
    ['awaiting_approval', false],
    ['archived', false],
    ['COMPLETED', false],
    ['dreaming', false],
    ['', false],
    ['constructor', false],
  ])('of a run that is %j is %j', (status, expected) => {
    expect(isOver({ status })).toBe(expected);
  });
});
