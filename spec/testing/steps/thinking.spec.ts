import { thinking } from '../../../lib/testing/steps/thinking';

describe('thinking', () => {
  it('thinks each piece in a delta of its own', () => {
    expect(thinking('hm', 'm').map(({ type }) => type)).toEqual([
      'thinking-start',
      'thinking-delta',
      'thinking-delta',
      'thinking-end',
    ]);
  });
});
