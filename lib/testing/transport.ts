import { catchError, map, type Observable } from 'rxjs';
import { brokenOff, type TransportRequest, type TransportResponse } from '../http/Transport';
import { utf8 } from './bytes';
import type { Incoming } from './request';

const bytesOf = (body: TransportRequest['body'] = ''): Incoming['bytes'] =>
  typeof body === 'string' ? utf8(body) : body;

/** What a transport is asked, as a server gets it. */
export const incoming = ({ method, url, headers, body }: TransportRequest): Incoming => {
  // The address of a relay may be a path.
  const { pathname, search } = new URL(url, 'http://localhost');
  const form = typeof body === 'object' && { 'content-type': 'multipart/form-data' };
  return { method, url: pathname + search, headers: { ...headers, ...form }, bytes: bytesOf(body) };
};

/** What is known of an answer before its body. */
interface Head {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string };
}

/** An answer as a transport gives it. However its body breaks off, its socket was reset. */
export const outgoing = (
  { status, headers }: Head,
  body: Observable<{ readonly bytes: Uint8Array }>,
): TransportResponse => ({
  status,
  headers: { get: (name) => headers[name.toLowerCase()] ?? null },
  body: body.pipe(
    map(({ bytes }) => bytes),
    catchError(() => {
      throw brokenOff('ECONNRESET');
    }),
  ),
});
