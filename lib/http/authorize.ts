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

/** Addresses a request to the API and signs it with the key. */
export const authorize = ({ baseUrl, apiKey }: Origin, request: Request): Call => {
  const { method, path, query, body, accept, idempotencyKey } = request;
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
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
        authorization: `Bearer ${apiKey}`,
        accept: accept.length > 0 ? accept.join(', ') : '*/*',
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body }),
      // A redirect drops only `Authorization` when it leaves the origin, and with 307 and 308 the
      // body of a POST goes along; 301 to 303 make it a GET. So none is followed.
      redirect: 'manual',
      credentials: 'omit',
    },
  };
};
