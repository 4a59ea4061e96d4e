import { InvalidArgumentError } from '../errors';

/** Where requests go, and who asks: a key that goes there and nowhere else, or a page's cookies. */
export interface Origin {
  /** Without a slash at its end. Of a relay it may be a path of the page's own origin. */
  readonly baseUrl: string;
  /** None where a relay has it. */
  readonly apiKey?: string;
  /** Whether cookies go along; nowhere but to a relay. */
  readonly credentials?: 'same-origin' | 'include';
}

/** The address, by the name of the option that gave it. */
export const addressOf = ({ baseUrl, apiKey }: Origin): string =>
  `${apiKey === undefined ? 'relay' : 'baseUrl'} (${baseUrl})`;

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An address as the platform reads it, with nothing in it that would be lost, or be quoted. */
const parsed = (option: string, address: unknown, expected: string, base?: string): URL => {
  let url: URL;
  try {
    url = new URL(address as string, base);
  } catch {
    // The platform's message would quote the URL, which may hold a password.
    throw new InvalidArgumentError(option, `is not a URL; expected ${expected}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError(option, `holds a user name or a password; expected ${expected}`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError(option, `has a query or a fragment; expected ${expected}`);
  }
  return url;
};

/** Not the href: an empty query or fragment leaves its mark there, and would swallow the path. */
const pathOf = ({ pathname }: URL): string => pathname.replace(/\/+$/, '');

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));

/** Checks a base URL and a key before anything is sent. */
export const origin = (baseUrl: string, apiKey: string | undefined): Origin => {
  const url = parsed('baseUrl', baseUrl, 'https://host/api/v2');
  if (!isSafe(url)) {
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
  return { baseUrl: url.origin + pathOf(url), apiKey };
};

/** Stands for the page's origin where a path is read: a page may be one of none (`about:srcdoc`). */
const PAGE = 'https://page.invalid';

/**
 * Checks the address of a relay before anything is sent: a path of the page's own origin, or a whole
 * URL. A path begins with a slash: others would move with the page's own address.
 *
 * The page's cookies go along, for by them a relay knows who asks; to another origin, too, where it
 * is https or loopback. Over plain http a page may name its own origin, as it may by a path: whoever
 * reads along there has its cookies already.
 */
export const relayed = (relay: unknown): Origin => {
  const expected = 'a path such as /m8tes, or https://host/m8tes';
  if (typeof relay !== 'string') throw new InvalidArgumentError('relay', `must be ${expected}`);
  const page = typeof location === 'undefined' ? undefined : location.origin;
  if (relay.startsWith('/')) {
    const url = parsed('relay', relay, expected, PAGE);
    // `//host`, in whatever spelling, is another origin.
    if (url.origin !== PAGE || url.pathname.startsWith('//')) {
      throw new InvalidArgumentError('relay', `names another host; expected ${expected}`);
    }
    if (page === undefined) {
      throw new InvalidArgumentError(
        'relay',
        'must be a whole URL, such as https://host/m8tes, where there is no page that a path belongs to',
      );
    }
    return { baseUrl: pathOf(url), credentials: 'same-origin' };
  }
  const url = parsed('relay', relay, expected);
  const isOwn = url.origin === page;
  if (!isSafe(url) && !(isOwn && url.protocol === 'http:')) {
    throw new InvalidArgumentError(
      'relay',
      "must be https: cookies would travel readable (plain http is for loopback and the page's own origin)",
    );
  }
  return { baseUrl: url.origin + pathOf(url), credentials: isOwn ? 'same-origin' : 'include' };
};
