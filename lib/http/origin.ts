import { InvalidArgumentError } from '../errors';

/** Where the API is, and the key that goes there and nowhere else. */
export interface Origin {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const parsed = (baseUrl: string): URL => {
  try {
    return new URL(baseUrl);
  } catch {
    // The platform's message would quote the URL, which may hold a password.
    throw new InvalidArgumentError('baseUrl', 'is not a URL; expected https://host/api/v2');
  }
};

/** Checks a base URL and a key before anything is sent. */
export const origin = (baseUrl: string, apiKey: string | undefined): Origin => {
  const url = parsed(baseUrl);
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('baseUrl', 'holds a user name or a password; use apiKey');
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError(
      'baseUrl',
      'has a query or a fragment; expected https://host/api/v2',
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname))) {
    throw new InvalidArgumentError(
      'baseUrl',
      'must be https: the key would travel readable (plain http is for loopback only)',
    );
  }
  if (apiKey === undefined || apiKey === '') {
    throw new InvalidArgumentError('apiKey', 'is missing; pass it, or set M8TES_API_KEY');
  }
  if (typeof apiKey !== 'string') throw new InvalidArgumentError('apiKey', 'must be text');
  // fetch throws a TypeError that quotes the whole header, key and all, so it never gets to see one.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new InvalidArgumentError('apiKey', 'has spaces, control or non-ASCII characters');
  }
  // Not the href: an empty query or fragment leaves its mark there, and would swallow the path.
  return { baseUrl: (url.origin + url.pathname).replace(/\/+$/, ''), apiKey };
};
