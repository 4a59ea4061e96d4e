import type { Observable } from 'rxjs';
import { ConnectionError } from '../errors';

/** A request as it is put on the wire, the key in its headers: what `fetch` takes, made plain. */
export interface TransportRequest {
  /** With its query. */
  readonly url: string;
  readonly method: string;
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** JSON text; or a form, whose content type only who writes it out can tell. */
  readonly body?: string | FormData;
  /** No redirect is followed: it is an answer. */
  readonly redirect: 'manual';
  readonly credentials: 'omit' | 'same-origin' | 'include';
}

/** An answer, its body unread. */
export interface TransportResponse {
  /** 0 for a redirect that a browser hides. */
  readonly status: number;
  /** By their names, in whatever case. */
  readonly headers: { readonly get: (name: string) => string | null };
  /** Where it came from; empty or absent where that is the request's own. */
  readonly url?: string;
  /**
   * Its bytes, to be read once. Unsubscribing lets go of the rest; who does not want any of them
   * unsubscribes at once. Errors with a {@link ConnectionError} when it breaks off.
   */
  readonly body: Observable<Uint8Array>;
}

/**
 * What is below the client: a request into its one answer. Cold; unsubscribing before the answer
 * lets go of the request.
 *
 * Errors with a {@link ConnectionError} when no answer came, and the request is repeated where that
 * is safe; any other error is not waited out. A transport without Promises can be tested in virtual
 * time, the client with it.
 */
export type Transport = (request: TransportRequest) => Observable<TransportResponse>;

const because = (code: string | undefined): string => (code === undefined ? '' : ` (${code})`);

/** Whether a page asks another origin, which may have refused it: the page is told no more. */
const isElsewhere = (url: string): string => {
  const { location } = globalThis as { readonly location?: { readonly origin: string } };
  return location === undefined || new URL(url, location.origin).origin === location.origin
    ? ''
    : `, and that the server lets pages of ${location.origin} in (CORS)`;
};

/**
 * The error of a request that got no answer.
 *
 * @param code `THROWN` where whatever sends it has thrown a mistake of its own.
 */
export const unanswered = (
  { method, url }: Pick<TransportRequest, 'method' | 'url'>,
  code: string | undefined,
  cause?: Error,
): Error => {
  const name = `${method} ${url.split('?')[0]}`; // without the query: its values are the caller's
  const message =
    code === 'THROWN'
      ? `${name} was not answered: fetch has thrown a ${cause?.name ?? 'mistake'}, which its ` +
        'cause tells; mend it, no repeat does'
      : `${name} got no answer${because(code)}; check the network, and the address: baseUrl, or ` +
        `relay${isElsewhere(url)}`;
  return new ConnectionError(message, code, cause);
};

/** The error of a body that breaks off. */
export const brokenOff = (code: string | undefined): Error =>
  new ConnectionError(`the answer broke off${because(code)}`, code);
