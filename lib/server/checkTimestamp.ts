import { isDate } from 'node:util/types';
import { InvalidArgumentError, SignatureError } from '../errors';

/**
 * Throws unless the timestamp (unix seconds) is near: a signed message stays rightly signed for
 * ever, so an old one may be a replay. [wire §6]
 */
export const checkTimestamp = (timestamp: string, tolerance: number, now: Date): void => {
  if (typeof tolerance !== 'number' || !(tolerance >= 0)) {
    throw new InvalidArgumentError('tolerance', 'must be seconds, 0 or more; Infinity for any age');
  }
  const present = isDate(now) ? now.getTime() / 1000 : NaN;
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
