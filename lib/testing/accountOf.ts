import { refusal } from './refusal';
import type { Account, World } from './World';

/** "No key, or one that is not a key: 401. Any key that begins with `m8_` is an account." [wire §7] */
export const accountOf = ({ accounts }: World, authorization = ''): Account => {
  const key = /^Bearer (m8_\S+)$/i.exec(authorization)?.[1];
  if (key === undefined) throw refusal(401, 'Missing or invalid API key', 'invalid_api_key');
  const known = accounts.get(key);
  if (known !== undefined) return known;
  const account: Account = {
    runs: new Map(),
    tasks: new Map(),
    teammates: new Map(),
    bound: new Map(),
  };
  accounts.set(key, account);
  return account;
};
