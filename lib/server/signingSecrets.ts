import { InvalidArgumentError } from '../errors';

const advice =
  "must be the signing secret of this webhook's endpoint; it is empty or missing, perhaps because " +
  'the environment variable it is read from is not set';

/** The secrets a signature may be made with: one, or while secrets are rotated, several. */
export const signingSecrets = (secret: string | readonly string[]): readonly string[] => {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secrets.length === 0) throw new InvalidArgumentError('secret', advice);
  return secrets.map((one, index) => {
    if (typeof one === 'string' && one !== '') return one;
    throw new InvalidArgumentError(Array.isArray(secret) ? `secret[${index}]` : 'secret', advice);
  });
};
