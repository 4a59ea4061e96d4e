import { idOf } from '../../../lib/testing/routes/idOf';

describe('idOf', () => {
  it('is a number', () => expect(idOf('123')).toBe(123));

  it.each(['abc', '', '1.5', '-1', '9'.repeat(40)])('refuses %j', (text) => {
    expect(() => idOf(text)).toThrow(expect.objectContaining({ status: 422 }));
  });
});
