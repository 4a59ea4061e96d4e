import { patched } from '../../../lib/testing/routes/patched';

describe('patched', () => {
  it('changes what may be edited, and nothing else', () => {
    const before = { id: 1, name: 'old', updated_at: 'long ago' };
    const after = patched(before, { id: 2, name: 'new', other: true }, ['name']);
    expect(after).toEqual({
      id: 1,
      name: 'new',
      updated_at: expect.not.stringMatching('long ago'),
    });
  });
});
