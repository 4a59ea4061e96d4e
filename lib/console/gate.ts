import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Where the console listens. */
export interface Listening {
  /** `127.0.0.1`, or an address or a name that others reach it by. */
  readonly host: string;
  readonly port: number;
}

/** Who comes in. */
export interface Gate {
  /** What whoever may come in shows once: none where only this machine reaches the console. */
  readonly token: string | undefined;
  /** Undefined for whoever may pass; else the answer that they get instead. */
  readonly stop: (request: Request) => Response | undefined;
}

/** The names that this machine has for itself, and nobody else has: with IPv6 as a URL writes it. */
const isLoopback = (hostname: string): boolean =>
  /^(localhost|(.+\.)localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(hostname);

const turnedAway = (status: number, text: string): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });

/** Two texts of any length, compared in a time that tells nothing of either. */
const isSame = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
};

/**
 * Lets in who is on this machine; and where the console listens to others as well, only who has the
 * token: it stands in the address that was printed, and becomes a cookie.
 *
 * A page of another site can give its own name this machine's address (DNS rebinding), and would then
 * be asked from as this console's own page. But the browser still says by which name: so a name that
 * is not this machine's is turned away.
 */
export const gate = ({ host, port }: Listening): Gate => {
  const token = isLoopback(host) ? undefined : randomBytes(24).toString('base64url');
  const cookie = `m8tes_console_${port}`; // cookies are shared by all ports of a host

  const isOurName = (hostname: string): boolean =>
    isLoopback(hostname) ||
    (token !== undefined && (hostname === host || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0));

  const hasCookie = (request: Request): boolean =>
    (request.headers.get('cookie') ?? '')
      .split(/;\s*/)
      .some((one) => one.startsWith(`${cookie}=`) && isSame(one.slice(cookie.length + 1), token!));

  return {
    token,
    stop: (request) => {
      const { hostname, pathname, searchParams } = new URL(request.url);
      if (!isOurName(hostname)) return turnedAway(421, 'This console is not known by that name.');

      const site = request.headers.get('sec-fetch-site') ?? 'none';
      const isVisitable = request.method === 'GET';
      const isVisit = isVisitable && request.headers.get('sec-fetch-mode') === 'navigate';
      if (!/^(same-origin|none)$/.test(site) && !isVisit) {
        return turnedAway(403, 'This console answers no other site.');
      }

      if (token === undefined) return undefined;
      const shown = isVisitable && pathname === '/' ? searchParams.get('token') : null;
      if (shown === null && hasCookie(request)) return undefined;
      if (shown === null || !isSame(shown, token)) {
        return turnedAway(403, 'Open the address that was printed when the console was started.');
      }
      // A page of ours goes on from here, not whoever linked to it, so that the cookie goes along.
      const come = turnedAway(200, 'One moment …');
      come.headers.set('set-cookie', `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict`);
      come.headers.set('refresh', '0; url=/');
      return come;
    },
  };
};
