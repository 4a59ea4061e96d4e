import { InvalidArgumentError, SignatureError } from '../errors';
import { keyOf, signed, type Signed } from '../signature';

/** Signatures that are looked at: each costs a pass over the body, and a forged header may hold hundreds. */
const MOST_SIGNATURES = 8;

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));

/**
 * Whether one of the signatures was made with one of the secrets.
 *
 * `v1=<hex HMAC-SHA256 of "{id}.{timestamp}.{raw body}">` [wire §6]; several may stand side by
 * side while secrets are rotated. Other schemes, and what is not 64 hex digits, match nothing.
 * What is given is read at once; WebCrypto compares in constant time.
 */
export const isSigned = async (
  parts: Signed,
  signatures: string,
  secrets: readonly string[],
): Promise<boolean> => {
  const given = signatures
    .split(/[\s,]+/)
    .flatMap((signature) => /^v1=([0-9a-fA-F]{64})$/.exec(signature)?.[1] ?? [])
    .slice(0, MOST_SIGNATURES)
    .map(bytesOf);
  const bytes = signed(parts);
  for (const secret of secrets) {
    const key = await keyOf(secret, 'verify');
    for (const signature of given) {
      if (await crypto.subtle.verify('HMAC', key, signature, bytes)) return true;
    }
  }
  return false;
};

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

/**
 * Throws unless the timestamp (unix seconds) is near: a signed message stays rightly signed for
 * ever, so an old one may be a replay. [wire §6]
 */
export const checkTimestamp = (timestamp: string, tolerance: number, now: Date): void => {
  if (typeof tolerance !== 'number' || !(tolerance >= 0)) {
    throw new InvalidArgumentError('tolerance', 'must be seconds, 0 or more; Infinity for any age');
  }
  const isDate = Object.prototype.toString.call(now) === '[object Date]'; // of any realm
  const present = isDate ? now.getTime() / 1000 : NaN;
  if (Number.isNaN(present)) throw new InvalidArgumentError('now', 'must be a valid Date');
  if (!/^\d+$/.test(timestamp)) {
    throw new SignatureError(
      'Webhook-Timestamp is not unix seconds in plain digits: pass the headers unchanged; if they ' +
        'are, this is not a webhook of m8tes, answer it with 400',
    );
  }
  const age = present - Number(timestamp);
  if (tolerance === Infinity || Math.abs(age) <= tolerance) return;
  throw new SignatureError(
    `Webhook-Timestamp is more than ${tolerance} seconds ${age > 0 ? 'old' : 'ahead'}: answer ` +
      "with 400, it may be a replay; if it is not, check this machine's clock or raise `tolerance`",
  );
};
