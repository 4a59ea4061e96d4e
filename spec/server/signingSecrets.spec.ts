import { InvalidArgumentError } from '../../lib/errors';
import { signingSecrets } from '../../lib/server/signingSecrets';

describe('signingSecrets', () => {
  it('is one secret, or several', () => {
    expect(signingSecrets('whsec_a')).toEqual(['whsec_a']);
    expect(signingSecrets(['whsec_a', 'whsec_b'])).toEqual(['whsec_a', 'whsec_b']);
  });

  it.each([
    ['an empty one', '', 'secret'],
    ['an unset environment variable', undefined, 'secret'],
    ['null', null, 'secret'],
    ['no text', 7, 'secret'],
    ['an empty list', [], 'secret'],
    ['an empty one among several', ['whsec_swordfish', ''], 'secret[1]'],
    ['an unset one among several', [undefined, 'whsec_swordfish'], 'secret[0]'],
  ])('refuses %s, by name and without telling the others', (_, secret, argument) => {
    expect.assertions(3);
    try {
      signingSecrets(secret as string);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toHaveProperty('argument', argument);
      expect(String(error)).not.toContain('swordfish');
    }
  });
});
