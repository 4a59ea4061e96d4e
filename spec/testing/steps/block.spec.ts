import { block } from '../../../lib/testing/steps/block';

describe('block', () => {
  it('is a start, the deltas and an end, of one id', () => {
    expect(block('plan', ['1. Look', ' 2. Act'], 'p1')).toEqual([
      { type: 'plan-start', id: 'p1' },
      { type: 'plan-delta', delta: '1. Look', id: 'p1' },
      { type: 'plan-delta', delta: ' 2. Act', id: 'p1' },
      { type: 'plan-end', id: 'p1' },
    ]);
  });
});
