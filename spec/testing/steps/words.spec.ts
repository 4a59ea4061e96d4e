import { words } from '../../../lib/testing/steps/words';

describe('words', () => {
  it('keeps every character', () => {
    expect(words('One  word,\nthen another. ')).toEqual(['One  ', 'word,\n', 'then ', 'another. ']);
    expect(words('')).toEqual([]);
  });
});
