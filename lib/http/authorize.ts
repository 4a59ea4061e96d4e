import { InvalidArgumentError } from '../errors';
import type { Origin } from './origin';
import type { Request } from './Request';
import type { TransportRequest } from './Transport';

/** A request as a transport takes it, and as an error may name it. */
export interface Call {
  readonly url: string;
  readonly init: Omit<TransportRequest, 'url'>;
  /** Method and URL, without the query: its values are the caller's. */
  readonly name: string;
}

const search = (query: Request['query'] = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
};

/** What a header holds, whatever the platform makes of others. */
const isToken = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);

/** Addresses a request, and signs it with the key; for a relay, the page's cookies speak. */
export const authorize = ({ baseUrl, apiKey, credentials }: Origin, request: Request): Call => {
  const { method, path, query, body, accept, idempotencyKey, lastEventId = '' } = request;
  if (idempotencyKey !== undefined && !isToken(idempotencyKey)) {
    throw new InvalidArgumentError(
      'idempotencyKey',
      'must be 1 to 255 visible ASCII characters, such as a UUID',
    );
  }
  const url = baseUrl + path;
  return {
    url: url + search(query),
    name: `${method} ${url}`,
    init: {
      method,
      headers: {
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        accept: accept.length > 0 ? accept.join(', ') : '*/*',
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        // A server's own word; one that no header can hold is as good as none.
        ...(isToken(lastEventId) && { 'last-event-id': lastEventId }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body }),
      // A redirect drops only `Authorization` when it leaves the origin, and with 307 and 308 the
      // body of a POST goes along; 301 to 303 make it a GET. So none is followed.
      redirect: 'manual',
      credentials: credentials ?? 'omit',
    },
  };
};
