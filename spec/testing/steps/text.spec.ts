import { text } from '../../../lib/testing/steps/text';

describe('text', () => {
  it('says each piece in a delta of its own', () => {
    expect(text('Here ', 'you are')).toEqual([
      { type: 'text-start' },
      { type: 'text-delta', delta: 'Here ' },
      { type: 'text-delta', delta: 'you are' },
      { type: 'text-end' },
    ]);
  });
});
